"""Lists the names of the twelve months, as questions and notes write them.

The names are those of the Unicode Common Locale Data Repository.
"""

from collections.abc import Iterator
from functools import cache

from searchkit_index.words import joined_term

# What the names of some languages end in, for the names below that end in `*`.
_ENDINGS = {
    "fi": " ta n ssa",
    "et": " i is l",
    "lv": "is a ī",
    "lt": "is io as o ė ės a os tis čio jis jo žio",
    "pl": " a u y ego ym",
    "cs": " a u e",
    "sk": " a i e",
    "sl": " a u ja",
    "hr": " a u e i og",
    "sr": " a u",
    "hu": " i án én ban ben",
    "ru": " ь й я а е ю у",
    "uk": " я а і ого ому",
    "be": " я а ь ы ага",
    "el": "ος ου ο",
    "ka": "ი ს ში",
    "hy": " ի ին",
}

# By ISO 639-1 code; months are apart by blanks, their forms by strokes.
_NAMES = {
    "en": "january february march april may june july august september october november december",
    "de": "januar/jänner februar märz april mai juni juli august september oktober november"
    " dezember",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre/setiembre octubre noviembre"
    " diciembre",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro"
    " dezembro",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre"
    " dicembre",
    "ca": "gener febrer març abril maig juny juliol agost setembre octubre novembre desembre",
    "ro": "ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie"
    " decembrie",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "sv": "januari februari mars april maj juni juli augusti september oktober november december",
    "da": "januar februar marts april maj juni juli august september oktober november december",
    "nb": "januar februar mars april mai juni juli august september oktober november desember",
    "fi": "tammikuu* helmikuu* maaliskuu* huhtikuu* toukokuu* kesäkuu* heinäkuu* elokuu* syyskuu*"
    " lokakuu* marraskuu* joulukuu*",
    "et": "jaanuar* veebruar* märts* aprill* mai juuni* juuli* august* september*"
    " oktoober*/oktoobr* november*/novembr* detsember*/detsembr*",
    "lv": "janvār* februār* mart* aprīl* maij* jūnij* jūlij* august* septembr* oktobr* novembr*"
    " decembr*",
    "lt": "saus* vasar* kov* baland* geguž* biržel* liep* rugpjū* rugsė* spal* lapkri* gruod*",
    "pl": "styczeń/styczni* lut* marzec/marc* kwiecień/kwietni* maj* czerwiec/czerwc* lipiec/lipc*"
    " sierpień/sierpni* wrzesień/wrześni* październik* listopad* grudzień/grudni*",
    "cs": "leden/ledn* únor* březen/březn* duben/dubn* květen/květn* červen/červn*"
    " červenec/červenc* srpen/srpn* září říjen/říjn* listopad* prosinec/prosinc*",
    "sk": "január* február* marec/marc* apríl* máj* jún* júl* august* septembr* október/októbr*"
    " november/novembr* december/decembr*",
    "sl": "januar* februar* marec/marc* april* maj* junij* julij* avgust* september/septembr*"
    " oktober/oktobr* november/novembr* december/decembr*",
    "hr": "siječanj/siječnj* veljač* ožujak/ožujk* travanj/travnj* svibanj/svibnj* lipanj/lipnj*"
    " srpanj/srpnj* kolovoz* rujan/rujn* listopad* studeni/studen* prosinac/prosinc*",
    "sr": "januar* februar* mart* april* maj* jun* jul* avgust* septembar/septembr* oktobar/oktobr*"
    " novembar/novembr* decembar/decembr*",
    "hu": "január* február* március* április* május* június* július* augusztus* szeptember*"
    " október* november* december*",
    "tr": "ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık",
    "id": "januari februari maret april mei juni juli agustus september oktober november desember",
    "ms": "januari februari mac april mei jun julai ogos september oktober november disember",
    "sw": "januari februari machi aprili mei juni julai agosti septemba oktoba novemba desemba",
    "ru": "январ* феврал* март* апрел* май/мая/мае июн* июл* август* сентябр* октябр* ноябр*"
    " декабр*",
    "uk": "січень/січн* лютий/лют* березень/березн* квітень/квітн* травень/травн* червень/червн*"
    " липень/липн* серпень/серпн* вересень/вересн* жовтень/жовтн* листопад* грудень/грудн*",
    "be": "студзень/студзен* лют* сакавік* красавік* май/мая чэрвень/чэрвен* ліпень/ліпен*"
    " жнівень/жніўн* верасень/верасн* кастрычнік* лістапад* снежань/снежн*",
    "bg": "януари февруари март април май юни юли август септември октомври ноември декември",
    "mk": "јануари февруари март април мај јуни јули август септември октомври ноември декември",
    "el": "ιανουαρι* φεβρουαρι* μαρτι* απριλι* μαι* ιουνι* ιουλι* αυγουστ* σεπτεμβρι* οκτωβρι*"
    " νοεμβρι* δεκεμβρι*",
    "ar": "يناير فبراير مارس أبريل/نيسان مايو/أيار يونيو/حزيران يوليو/تموز أغسطس/آب سبتمبر/أيلول"
    " أكتوبر نوفمبر ديسمبر",
    "fa": "ژانویه فوریه مارس آوریل مه ژوئن ژوئیه اوت سپتامبر اکتبر نوامبر دسامبر",
    "he": "ינואר פברואר מרץ/מרס אפריל מאי יוני יולי אוגוסט ספטמבר אוקטובר נובמבר דצמבר",
    "hi": "जनवरी फ़रवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर अक्टूबर/अक्तूबर नवंबर दिसंबर",
    "bn": "জানুয়ারি ফেব্রুয়ারি মার্চ এপ্রিল মে জুন জুলাই আগস্ট সেপ্টেম্বর অক্টোবর নভেম্বর ডিসেম্বর",
    "ta": "ஜனவரி பிப்ரவரி மார்ச் ஏப்ரல் மே ஜூன் ஜூலை ஆகஸ்ட் செப்டம்பர் அக்டோபர் நவம்பர் டிசம்பர்",
    "ka": "იანვარ* თებერვალ* მარტ* აპრილ* მაის* ივნის* ივლის* აგვისტ* სექტემბერ*/სექტემბრ*"
    " ოქტომბერ*/ოქტომბრ* ნოემბერ*/ნოემბრ* დეკემბერ*/დეკემბრ*",
    "hy": "հունվար* փետրվար* մարտ* ապրիլ* մայիս* հունիս* հուլիս* օգոստոս* սեպտեմբեր* հոկտեմբեր*"
    " նոյեմբեր* դեկտեմբեր*",
    "th": "มกราคม กุมภาพันธ์ มีนาคม เมษายน พฤษภาคม มิถุนายน กรกฎาคม สิงหาคม กันยายน ตุลาคม พฤศจิกายน ธันวาคม",
}

# An abbreviation has at least so many letters.
_SHORTEST = 3


def _forms() -> Iterator[tuple[str, int]]:
    """Yield all names with their months, those of widely spoken languages first."""
    for language, names in _NAMES.items():
        endings = _ENDINGS.get(language, "").split(" ")
        for month, name in enumerate(names.split(), 1):
            for form in name.split("/"):
                bare = form.rstrip("*")
                yield from (
                    (bare + ending, month) for ending in (endings if bare != form else [""])
                )


@cache
def _wholes() -> dict[str, set[int]]:
    """Map folded names to their months, one in most cases."""
    found: dict[str, set[int]] = {}
    for form, month in _forms():
        found.setdefault(joined_term(form), set()).add(month)
    return found


@cache
def _abbreviations() -> dict[str, int]:
    """Map beginnings of folded names to the months that they are most often of."""
    return {
        whole[:end]: month
        for whole, months in reversed(_wholes().items())
        for month in months
        for end in range(_SHORTEST, len(whole))
    }


def months_of(word: str) -> frozenset[int]:
    """Return the months that a word names, 1 to 12; none for other words.

    Args:
        word: A name in any of some forty languages, or its beginning.

    Returns:
        Most names are of one month; `listopad` is of October and of November.
    """
    folded = joined_term(word)
    if known := _wholes().get(folded):
        return frozenset(known)
    month = _abbreviations().get(folded)
    return frozenset([month] if month else [])


@cache
def names_of(month: int) -> tuple[str, ...]:
    """List the names of a month, 1 to 12, in all languages."""
    return tuple(dict.fromkeys(form for form, of in _forms() if of == month))
