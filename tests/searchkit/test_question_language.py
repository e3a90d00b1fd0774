"""Which language a question is taken for."""

import pytest

from searchkit.ranking.question_language import question_language, spoken_language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("how are requests sent", "en"),
        ("socket timeout", "en"),
        ("wie wird eine Anfrage abgebrochen", "de"),
        ("onde fica o cache", "pt"),
        ("bagaimana cara membaca file", "id"),
        ("soğan çorbası nasıl yapılır", "tr"),
        ("как проверяется в тестах", "ru"),
        ("як це працює", "uk"),
        ("設定ファイルはどこ", "ja"),
        ("配置文件在哪里", "zh"),
        ("설정 파일", "ko"),
        ("pho bò nấu", None),
        ("làm thế nào để nấu phở", "vi"),
        ("سه روز در کوه های اتریش چه چیزی لازم است", "fa"),
        ("ماذا نحمل معنا إلى المخيم", "ar"),
        ("حمص", "ar"),
        ("jak se peče chleba", "cs"),
        ("miten leipä leivotaan", "fi"),
        ("hogyan kell kenyeret sütni", "hu"),
        ("cum se coace pâinea", "ro"),
        ("πώς ψήνεται το ψωμί", "el"),
        ("😀", None),
    ],
)
def test_a_few_words_tell_a_language(text: str, language: str | None) -> None:
    assert question_language(text) == language


def test_a_word_that_tells_nothing_is_of_no_language_for_sure() -> None:
    assert question_language("Zahnarzt") == "en"
    assert spoken_language("Zahnarzt") is None
    assert spoken_language("der Zahnarzt") == "de"
