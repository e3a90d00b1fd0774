"""What a file is follows from its place and its name, and is asked for in any language."""

import pytest

from searchkit.ranking.conventions import asked_for, convention_of, superseded
from searchkit.ranking.naming import Question
from searchkit_index import words

WORD = Question({"word": 1.0}, ())


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("lib/test_functions.bash", None),
        ("src/click/testing.py", None),
        ("guides/testing/Testing.md", None),
        ("contest/latest.py", None),
        ("tests/conftest.py", "test"),
        ("test_routes.py", "test"),
        ("pkg/server_test.go", "test"),
        ("web/list.spec.ts", "test"),
        ("src/test/java/A.java", "test"),
        ("src/FlowTest.kt", "test"),
        ("mocks/src/main/java/org/mock/Mock.java", "test"),
        ("mock/src/main/java/org/mock/FooMock.java", "test"),
        ("web-mock/src/main/java/org/mock/test/FooMock.java", None),
        ("web-test/src/jvmMain/kotlin/test/Verify.kt", None),
        ("samples/src/main/java/org/A.java", "example"),
        ("flow/commonTest/Flow.kt", "test"),
        ("latest/Contest.kt", None),
        ("caddytest/a.caddyfiletest", "test"),
        ("integration-tests/a.rs", "test"),
        ("examples/hello.c", "example"),
        ("third_party/zlib/a.c", "foreign"),
        ("web/package-lock.json", "foreign"),
        ("web/logo.svg", "foreign"),
        ("dist/node/client.cjs", "foreign"),
        ("web/app.bundle.js", "foreign"),
        ("api/org/class-use/Mock.html", "foreign"),
        ("api/index-all.html", "foreign"),
        ("html/burrow_8h_source.html", "foreign"),
        ("api/org/Mock.html", None),
        ("dist/debian/rules", None),
        ("src/dist.js", None),
    ],
)
def test_places_and_names_tell_what_a_file_is_by_convention(path: str, expected) -> None:
    assert convention_of(path) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("comment les tests vérifient-ils cela", "test"),
        ("изолированный запуск консольных команд в тестах", "test"),
        ("キャッシュを確かめるテスト", "test"),
        ("命令行的测试怎么写", "test"),
        ("콘솔 명령 테스트", "test"),
        ("programa de ejemplo que copia la entrada", "example"),
        ("how are routes added", None),
        ("attestation of keys", None),
        ("request context and its options", None),
        ("how is a mutex locked by a third thread", None),
    ],
)
def test_tests_and_examples_are_asked_for_in_any_language(text: str, expected) -> None:
    question = Question(dict.fromkeys(words.terms(text), 1.0), (), text)
    assert asked_for(question) == ({expected} if expected else set())


def test_what_has_a_namesake_one_folder_up_is_an_older_version() -> None:
    assert superseded(["lib/v1/main.py", "lib/main.py", "lib/v1/b.py"], WORD) == {"lib/v1/main.py"}
    assert superseded(["docs-9.x/a.md", "docs-10.x/a.md"], WORD) == {"docs-9.x/a.md"}


def test_chapters_that_are_numbered_made_each_other_older() -> None:
    assert not superseded(["day-1/main.py", "day-2/main.py", "part_3/a.md"], WORD)
    assert superseded(["django-4.2/a.md", "django-5.0/a.md"], WORD) == {"django-4.2/a.md"}
