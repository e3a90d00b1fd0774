"""Lists stop words, which most questions and texts hold: they tell a language, and nothing else."""

from functools import cache

from searchkit_index import words

# By ISO 639-1 code, in lower case.
STOP_WORDS = {
    "en": "a an and any are as at be by can do does each for from get has have how i in into is"
    " it its of on one or so that the then there this to use used we what when where which"
    " who why with you",
    "de": "aber als am an auch auf aus bei bin bis das dass dem den der des die du durch ein"
    " eine einem einen einer eines er es für hat ich ihr im in ist kann man mit nach nicht"
    " oder sich sie sind so um und vom von vor wann warum was welche welcher wenn wer"
    " werden wie wird wo zu zum zur über",
    "es": "a al como con cuando cuál cuáles de del dónde el ella en entre es esta este está ha"
    " hay la las le lo los me mi no o para pero por porque qué que quién se si sin sobre su"
    " sus un una unas unos y ya",
    "fr": "a au aux avec c ce ces cette comment d dans de des du elle en est et il ils j je l"
    " la le les leur m mais n ne nous on ou où par pas plus pour pourquoi qu quand que"
    " quel quelle quelles quels qui s sa se ses son sont sur un une vous y",
    "id": "ada adalah agar apa apakah atau bagaimana bisa dalam dan dari dengan di itu ini jika"
    " kapan karena ke mana mengapa oleh pada saya siapa tidak untuk yang",
    "it": "a ai al alla anche che chi ci come con cosa cui d da dal dalla dei del della delle"
    " di dove e gli ha i il in l la le lo ma nei nel nella non o per perché più quale"
    " quando se si sono su sul sulla un una uno è",
    "nl": "aan als bij dat de den der die dit door een en er het hij hoe ik in is je kan maar"
    " met na naar niet of om ook op over te tot uit van voor waar waarom wanneer wat we"
    " welke wie wordt ze zijn",
    "pl": "a aby ale co czy dla do gdzie i ich jak jaka jaki jakie jest już kiedy kto który"
    " która na nie o od oraz po przez się są ta tak to tym w z za ze że",
    "pt": "a ao aos as com como da das de do dos e ela ele em entre essa esse esta este está"
    " foi há já mais mas na nas no nos não o onde os ou para pela pelo por porque qual"
    " quando que quem se sem ser seu sua são um uma é",
    "ru": "а без бы был в вы где для до его если есть же за и из или их к как какая какие какой"
    " когда кто ли мы на не но о об он она они от по почему при с со так то у что это я",
    "sv": "att av de den det du där eller en ett från för han har hon hur i inte jag kan man"
    " med men när och om på sig som så till ut vad var varför vem vi vilken är",
    "tr": "ama bir bu da de gibi hangi için ile kim mi mu mı mü nasıl ne neden nerede o olarak"
    " olan ve veya ya",
    "uk": "а але без бути в ви від де для до за з його коли і із їх й к коли ми на над не о по"
    " при про та так то у хто це чи чому що як яка який які",
    "bg": "без в във да до е за и из как какво какви каква като кога който която кои къде ли"
    " ми може на не но о от по при с са се си след със съм това този тази трябва у",
    "ca": "a al als amb com de del dels el els en es és i la les li lo més no o on per però"
    " perquè puc quan que què quin quina s'ha se sense són un una unes uns",
    "cs": "a aby ale by co do i jak jaká jaké jaký je jsem jsou k kam kde kdy kdo když který která"
    " které má můžu na ne nebo o od pro proč při s se si ta ten to u v ve z za ze že",
    "da": "af at da de dem den der det du efter eller en er et for fra han har hun hvad hvem"
    " hvilken hvilke hvor hvordan hvorfor hvornår i ikke jeg kan man med mig min mit og om på"
    " skal som til ved vi",
    "el": "αν από για δεν είναι ένα ένας έχει ή η και κατά με μετά μια μου να ο οι όταν ότι που"
    " πού πώς ποια ποιο ποιος πόσο πότε σε στη στην στο στον τα τη την της τι το τον του των"
    " γιατί",
    "fa": "آن آیا است از این با باید برای به بود تا تو چه چرا چطور چگونه چند چی خود در را کجا کدام"
    " که کی ما من می و ها های هر هم یا یک",
    "fi": "että ei en hän he ja jos joka jotka kanssa kuin kuinka kuka kun me mikä milloin"
    " minä minkä miten missä mistä mitä miksi mutta ne niin nyt on oli olla ovat saa se sen"
    " tai tämä voi",
    "hr": "a ali bi da do gdje hoće i ili iz ja je jesu kad kada kako kao koja koje koji koliko"
    " li mi mogu na ne nije od po pri s sa se si su što ta to u uz za zašto",
    "hu": "a az egy és ez ha hogy hogyan hol hány is ki kell kik lehet meg melyik mennyi"
    " mert miért mikor milyen mit nem olyan vagy van volt",
    "ro": "a ai al ale am are au că ca care ce cel cele cine cu cum cât când de din este eu fi"
    " în între îi își la mai nu o pe pentru prin sau se sunt și unde un una unei unui",
    "vi": "bị bao cách cái cần cho có của được đã để đến đâu gì hay khi không là làm lại mà nào"
    " nên như những nhiêu ở phải ra rồi sao sẽ tại thế thì trong từ và vào về với",
    "ar": "أن أو أي أين إذا إلى التي الذي إن أنا بعد بين ثم عن على عند في قبل كان كم كيف لا لم"
    " لماذا ما ماذا متى مع من منذ هذا هذه هل هو هي و يا",
    "he": "אבל אחרי או איך איפה אל אם אני את בין גם הוא היא זה זאת יש כמה לא לי ליד למה מה מי"
    " מתי על עד עם של שלי",
    "hi": "और इस इसके उस एक का कब कहाँ कि किस किसे किसी की के कैसे को कौन क्या क्यों जब जो तक तो था थी"
    " थे ने नहीं पर भी मुझे में मैं या ये यह लिए वह से है हैं हो",
    "ja": "ある いつ いる から ください こと この これ された される した して してい している"
    " する そして その それ ため ために たら だった だれ でした です ですか では という といった"
    " とき どう どうか どうする どうやって どこ どこで どこに どの どのように どんな ない なぜ"
    " なに なる なんで について については には により による のか ので のに のは ました ます"
    " ますか ません または まで もの よう より られ られる れた れる",
    "ko": "가요 나요 누가 누구 는지 니까 니다 되나요 되는 되는지 됩니까 됩니다 때문 무슨 무엇 뭐"
    " 습니까 습니다 어느 어디 어디서 어디에 어디에서 어떤 어떻게 언제 얼마 에게 에서 와의 왜"
    " 위해 으로 은 을 이 있나요 있는 있습니까 있습니다 하나요 하는 하는가 하는지 한다 합니까"
    " 합니다 해야 했나 했습니까",
    "zh": "与 为什么 么 之 也 了 于 什么 从 他 会 但 何 何时 你 及 可以 吗 呢 和 哪 哪个 哪些"
    " 哪儿 哪里 在 在哪 在哪里 多久 多少 她 如何 对 将 就 已 应该 怎么 怎么样 怎样 我 或 所 把"
    " 是 是什么 有 来 没有 的 着 能 被 要 让 该 谁 还 这 这个 那 那个 都 里 需要",
}


@cache
def stop_words(language: str | None, also: str | None = "en") -> frozenset[str]:
    """Return the stop words of two languages, as terms.

    Args:
        language: An ISO 639-1 code, or None.
        also: Another one.

    Returns:
        The terms; none of a language that is not known here.
    """
    listed = (STOP_WORDS.get(code or "", "") for code in (language, also))
    return frozenset(words.terms(" ".join(listed)))
