"""Prose tells its natural language, one sentence by itself too."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit_index.chunking.chunk import chunks, with_natural_languages
from searchkit_index.languages import natural
from searchkit_index.process.contents import read

SENTENCES = {
    "en": "The index is built once, and again whenever you like, since only changes cost anything.",
    "de": "Der Index wird einmal aufgebaut, danach kosten nur noch die Änderungen etwas Zeit.",
    "es": "El índice se construye una sola vez, y después solamente los cambios cuestan algo.",
    "fr": "L'index est construit une seule fois, ensuite seuls les changements coûtent du temps.",
    "pl": "Indeks jest budowany tylko raz, a później kosztują już tylko zmiany w plikach.",
    "ru": "Индекс строится один раз, а потом времени требуют только изменения в файлах.",
    "ja": "索引は一度だけ作られ、その後は変更されたものだけに時間がかかります。",
    "zh": "索引只需要建立一次，之后只有发生变化的文件才需要花费时间。",
    "ko": "색인은 한 번만 만들어지며, 그 다음에는 바뀐 것만 시간이 걸립니다.",
    "ar": "يُبنى الفهرس مرة واحدة فقط، وبعد ذلك لا تكلف وقتا إلا التغييرات في الملفات.",
}


@pytest.mark.parametrize("code", SENTENCES)
def test_a_sentence_tells_its_language_by_itself(code: str) -> None:
    assert natural.languages([SENTENCES[code]]) == [code]


def test_a_note_whose_title_could_be_nepali_was_in_no_language() -> None:
    note = "कार्यालय सूचना\nसभी कर्मचारियों को सोमवार तक अपनी छुट्टी का आवेदन जमा करना होगा।\n"
    assert natural.languages([f"{note}वेतन हर महीने की पाँचवीं तारीख को भेजा जाएगा।"]) == ["hi"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("ᠥᠨᠥᠳᠦᠷ ᠪᠢ ᠵᠠᠬ᠎ᠠ ᠳᠤ ᠶᠠᠪᠤᠵᠤ ᠵᠢᠭᠠᠰᠤ ᠠᠪᠬᠤ ᠪᠡᠷ", "mn"),
        ("དེ་རིང་ང་ཁྲོམ་ལ་འགྲོ་གི་ཡིན། ཉ་དང་ཚལ་ཉོ་གི་ཡིན།", "bo"),
        ("ང་གིས་ད་རིས་ཁྲོམ་ཁར་འགྱོ་ནི་ཨིན། ཉ་དང་ཚོད་བསྲེ་ཉོ་ནི་ཨིན།", "dz"),
        ("މިއަދު އަހަރެން މާރުކޭޓަށް ގޮސް މަސް ގަންނަން", "dv"),
        ("ᐅᓪᓗᒥ ᓂᐅᕕᕐᕕᖕᒧᑦ ᐊᐅᓪᓚᖅᑐᖓ ᐃᖃᓗᖕᓂᒃ ᓂᐅᕕᕆᐊᖅᑐᖅᖢᖓ", None),
        ("ᎪᎯ ᎢᎦ ᎠᏓᎾᏅᎢ ᏫᏥᎦᏘ ᎠᏣᏗ ᎠᎩᏩᏍᏗ", None),
    ],
)
def test_a_script_that_the_model_does_not_know_was_called_amharic(
    text: str, code: str | None
) -> None:
    assert natural.languages([text]) == [code]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("מיר גייען הײַנט אין מאַרק קויפֿן ברויט און פֿיש פֿאַר דער משפּחה", "yi"),
        ("די קינדער שפילן זיך אין גארטן ביז עס ווערט פינצטער און קאלט", "yi"),
        ("אָמַרְתִּי לְאִמִּי שֶׁאָבוֹא הַבַּיְתָה אַחֲרֵי הָעֲבוֹדָה", "he"),
        ("አብ ከተማና ናይ ሎሚ ዕዳጋ ዓሳን ባኒን ንምግዛእ ናብ ገዛ ከይድና ኣለና", "ti"),
        ("اسان اڄ سڄي خاندان لاءِ ماني ۽ مڇي خريد ڪرڻ لاءِ بازار وياسين", "sd"),
        ("ئێمە ئەمڕۆ چووین بۆ بازاڕ بۆ کڕینی نان و ماسی بۆ هەموو خێزانەکە", "ku"),
        ("Эпир паян пӗтӗм кил-йышшӑн ҫӑкӑрпа пулӑ илме пасара кайрӑмӑр", "cv"),
        ("Абон мæ хæдзарвæндагæн дзул æмæ кæсаг балхæнынмæ базармæ ацыдыстæм", "os"),
        ("Иахьа ҳара абазар ахь ҳцеит аҭаацәа зегьы рзы ача, аԥсыӡ аахәаразы", "ab"),
        ("Бүгүн биһиги бары дьиэ кэргэҥҥэ килиэп уонна балык ылаары ҕ ырыынакка", None),
        ("Ua hele mākou i ka mākeke i kēia lā e kūʻai i ka palaoa a me ka iʻa no ka ʻohana", None),
        ("Diné bizaad yáłti'go, díí jí naalyéhé bá hooghandi bááh dóó łóó' nahideiilniih", None),
        ("Dźensa smy na wiki šli, zo bychmy za cyłu swójbu chlěb a ryby kupili", None),
        ("Biz bu gün bütün ailə üçün çörək və balıq almağa bazara getdik", "az"),
        (
            "Dziś Václav Němec i Jürgen poszli na targ kupić chleb i ryby dla całej rodziny, pl",
            "pl",
        ),
        ("မိူဝ်ႈၼႆႉ ႁဝ်းၶႃႈ ၵႂႃႇၵၢတ်ႇ တႃႇသိုဝ်ႉ ၶဝ်ႈမုၼ်း လႄႈ ပႃ", None),
    ],
)
def test_a_language_that_the_model_does_not_know_was_called_by_its_neighbour(
    text: str, code: str | None
) -> None:
    assert natural.languages([text]) == [code]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("आम्ही आज संपूर्ण कुटुंबासाठी भाकरी आणि मासे घेण्यासाठी बाजारात गेलो", "mr"),
        ("हामी आज सबै परिवारका लागि रोटी र माछा किन्न बजार गयौं", "ne"),
        ("वयम् अद्य सर्वस्य कुटुम्बस्य कृते रोटिकां मत्स्यांश्च क्रेतुं गतवन्तः", "sa"),
    ],
)
def test_vowel_signs_were_taken_out_of_words_and_nothing_in_devanagari_was_sure(
    text: str, code: str
) -> None:
    assert natural.languages([text]) == [code]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Setiap orang berhak atas pendidikan, karena itu sekolah harus bisa dicapai", "id"),
        ("Setiap orang berhak mendapat pelajaran, kerana itu sekolah hendaklah dekat", "ms"),
        ("Danas smo otišli na tržnicu kupiti kruh i ribu za cijelu obitelj, a tko neće?", "hr"),
        ("Danas smo išli na pijacu da kupimo hleb i ribu za celu porodicu, pre kiše", "sr"),
    ],
)
def test_two_forms_of_one_language_were_called_by_no_name(text: str, code: str) -> None:
    assert natural.languages([text]) == [code]


@pytest.mark.parametrize(
    "text", [*SENTENCES.values(), "todo:\n- [ ] milk, 2 l\n- [x] call Ana", ""]
)
def test_a_text_of_no_known_format_is_prose(text: str) -> None:
    assert natural.is_prose(text)


@pytest.mark.parametrize(
    "text",
    [
        "public class kotlin/Job : kotlin/Scope {\n\tpublic fun <init> (Lkotlin/Context;ZZ)V\n}",
        'rules:\n\t- message: "#^A\\\\B::c\\(\\)#"\n\t  count: 2\n\t  path: src/a/b.php',
        "AC_DEFUN([AX_CHECK], [\n  AC_CHECK_PROG(CC, gcc)\n  AS_IF([test x$ok = xyes], [$1])\n])",
        "from: build\nRUN mix deps.get --only-test\nCOPY /app/lib ./lib\nENV MIX_ENV=test",
    ],
    ids=["interface", "settings", "macros", "steps"],
)
def test_what_programs_read_counted_as_prose_in_a_format_that_nobody_knows(text: str) -> None:
    assert not natural.is_prose(text)
    assert {chunk.kind for chunk in chunks(text, None)} == {"data"}


def test_what_is_short_or_no_language_follows_its_file_and_is_none_alone() -> None:
    unsure = ["# API", "| a | 1.2.3 | x86_64 |", "```python\nthe_index.is_built()\n```"]
    assert natural.languages(unsure) == [None] * 3
    assert natural.languages([*unsure, SENTENCES["ja"]]) == ["ja"] * 4


def test_a_passage_in_another_language_than_its_file_keeps_its_own() -> None:
    told = natural.languages([SENTENCES["en"], SENTENCES["en"], SENTENCES["es"], "# Notes"])
    assert told == ["en", "en", "es", "en"]


def test_code_inside_a_passage_does_not_hide_what_stands_around_it() -> None:
    code = "```go\nfunc open(the string) (for error) { return with.This(and, that) }\n```\n" * 5
    assert natural.languages([f"{code}\n{SENTENCES['de']}"]) == ["de"]


def test_texts_of_programs_were_in_no_natural_language() -> None:
    texts = f'<resources>\n<string name="hint">{SENTENCES["es"]}</string>\n</resources>\n'
    chunks = read("values-es/strings.xml", texts.encode(), secrets=False).chunks
    assert [chunk.natural_language for chunk in with_natural_languages(chunks)] == ["es"]


def test_only_prose_is_looked_at() -> None:
    source = f'"""{SENTENCES["es"]}"""\n\n\ndef open_socket():\n    pass\n'.encode()

    def told(path: str) -> set[str | None]:
        chunks = read(path, source, secrets=False).chunks
        return {chunk.natural_language for chunk in with_natural_languages(chunks)}

    assert told("a.py") == {None}
    assert told("a.txt") == {"es"}


@given(st.lists(st.text(max_size=200), max_size=4))
def test_any_text_is_told_a_known_language_or_none(passages: list[str]) -> None:
    told = natural.languages(passages)
    assert len(told) == len(passages)
    assert set(told) <= {None, *natural.NAMES}


def test_languages_are_named_by_code_or_in_english() -> None:
    assert natural.named(" JA ") == natural.named("Japanese") == "ja"
    assert natural.named("klingon") is None
    assert len(set(natural.NAMES.values())) == len(natural.NAMES)


def test_the_model_is_not_read_where_there_is_no_prose() -> None:
    probe = (
        "import sys\n"
        "from searchkit_index.chunking.chunk import with_natural_languages\n"
        "from searchkit_index.process import contents\n"
        "code = contents.read('a.py', b'def f():\\n    pass\\n', secrets=False)\n"
        "with_natural_languages(code.chunks)\n"
        "print('py3langid' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
    natural.languages([SENTENCES["en"]])
    assert "py3langid" in sys.modules
