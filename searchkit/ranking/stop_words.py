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
    " hay la las le lo los me no o para pero por porque qué que quién se si sin sobre su"
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
}


@cache
def stop_words(language: str | None) -> frozenset[str]:
    """Return the stop words of a language, and of English, as terms.

    Args:
        language: Its ISO 639-1 code; of one that is not known here, and for None, English alone.

    Returns:
        The terms.
    """
    return frozenset(words.terms(f"{STOP_WORDS['en']} {STOP_WORDS.get(language or '', '')}"))
