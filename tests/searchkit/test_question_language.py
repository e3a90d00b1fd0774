"""Which language a question is taken for."""

import pytest

from searchkit.ranking.question_language import question_language


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
        ("😀", None),
    ],
)
def test_a_few_words_tell_a_language(text: str, language: str | None) -> None:
    assert question_language(text) == language
