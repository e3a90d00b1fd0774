"""Finds the files that any project has, where a question asks for nothing else."""

import re
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from searchkit.ranking.question_language import question_language
from searchkit.ranking.stop_words import stop_words
from searchkit_index import words
from searchkit_index.scripts import HAN, KANA

# Files of one sort that are shown: a folder of workflows has some.
_MOST = 8

# Words and characters of a question about a project as a whole: a longer one says something else.
_LONGEST, _CHARACTERS = 12, 200

_MANIFESTS = (
    r"package\.json|pyproject\.toml|setup\.(?:py|cfg)|requirements[\w-]*\.(?:txt|in)|pipfile"
    r"|environment\.ya?ml|cargo\.toml|go\.mod|gemfile|[\w-]+\.gemspec|composer\.json|pom\.xml"
    r"|(?:build|settings)\.gradle(?:\.kts)?|libs\.versions\.toml|build\.s(?:bt|c)|mix\.exs"
    r"|package\.swift|podfile|pubspec\.yaml|[\w.-]+\.cabal|package\.yaml|stack\.yaml|dune-project"
    r"|[\w-]+\.opam|[\w.-]+\.rockspec|[\w.-]+\.csproj|directory\.packages\.props|packages\.config"
    r"|conanfile\.(?:txt|py)|vcpkg\.json|cmakelists\.txt|description|project\.clj|deps\.edn"
    r"|build\.zig\.zon|shard\.yml|rebar\.config|project\.toml|flake\.nix"
)
_PIPELINES = (
    r"\.github/workflows/[\w.-]+\.ya?ml|\.gitlab-ci\.ya?ml|\.travis\.ya?ml|\.?appveyor\.ya?ml"
    r"|\.circleci/config\.ya?ml|azure-pipelines\.ya?ml|jenkinsfile|bitbucket-pipelines\.ya?ml"
    r"|\.cirrus\.ya?ml|\.drone\.ya?ml|\.woodpecker\.ya?ml|\.buildkite/[\w.-]+\.ya?ml|\.build\.yml"
)


class _Sort(NamedTuple):
    """A sort of files.

    Attributes:
        paths: A pattern of their paths, or of the ends of these.
        words: Words that ask for them, in some twenty languages.
        hints: Words of which two do, or one beside what says "latest version".
        chunks: How many chunks from the beginning of each may say it: of a list of changes the
            latest ones.
    """

    paths: str
    words: str
    hints: str = ""
    chunks: int = 6


_ENDING = r"(?:[.-][\w.-]+)?"

_LONG = 40  # chunks of what says it in a section of its own
_PROSE = r"(?:\.(?:md|markdown|mdx|rst|txt|adoc|asciidoc|org|rdoc|textile))?"
_FIRST_STEPS = rf"(?:readme|install(?:ing|ation)?){_PROSE}"
_DEVELOPMENT = (
    rf"(?:readme|install(?:ing|ation)?|build(?:ing)?|contributing|hacking|testing"
    rf"|develop(?:ing|ment|ers?)?){_PROSE}"
)

_SORTS = [
    _Sort(
        rf"(?:un|mit-|apache-)?licen[cs]es?{_ENDING}|copying{_ENDING}",
        "licence license licences licenses licensed licensing lizenz lizenzen lizenziert"
        " licencia licencias licença licenças licenza licenze licentie licens lisens lisenssi"
        " licencja licencje licencji licencí лицензия лицензии лицензией лицензию ліцензія"
        " ліцензією lisans lisansı lisansla lisensi άδεια רישיון ترخيص الترخيص رخصة مجوز लाइसेंस"
        " 许可证 许可协议 授权协议 協議 许可 授权 ライセンス 라이선스 라이센스 ใบอนุญาต"
        " สัญญาอนุญาต",
    ),
    _Sort(
        rf"contributing{_ENDING}|hacking{_ENDING}|how_to_contribute{_ENDING}",
        "contribute contributing contribution contributions mitmachen beitragen mitwirken"
        " mithelfen contribuir contribuer contribuire contribuição contribuciones contribución"
        " contributie bijdragen bidra bidrage osallistua współtworzyć wnieść wkład přispět"
        " участвовать вклад внести допомогти долучитися katkıda katkı bulunmak bulunabilirim"
        " berkontribusi kontribusi 贡献代码 贡献 参与开发 参与 コントリビュート 貢献 기여"
        " المساهمة أساهم مشارکت योगदान đóng góp",
    ),
    _Sort(
        rf"change(?:s|log|[_-]log){_ENDING}|history{_ENDING}|news{_ENDING}"
        rf"|release[_-]?notes{_ENDING}|whatsnew{_ENDING}",
        "changelog 更新日志 変更履歴 변경사항",
        "change changes changed new news notes änderungen geändert neu neues neuerungen cambios"
        " cambiado novedades nuevo changements changé nouveautés nouveau nouveautes mudanças"
        " mudou novidades novo alterações cambiamenti cambiato novità nuovo wijzigingen"
        " veranderd nieuw ändringar ändrats nytt endringer muutokset zmiany zmieniło nowego"
        " změny nového изменения изменилось нового новое зміни змінилося değişiklikler değişti"
        " yenilikler yeni perubahan berubah 变更 变化 更新内容 改动 変更点 変更 変わりましたか"
        " 변경 사항 바뀌었나요 التغييرات تغير الجديد تغییرات बदलाव बदला thay đổi",
    ),
    _Sort(
        _MANIFESTS,
        "dependency dependencies depend depends abhängigkeiten abhängig hängt dependencias"
        " depende dépendances dépend dépendent dependências dipendenze dipende afhankelijkheden"
        " beroenden avhengigheter riippuvuudet zależności zależy závislosti зависимости зависит"
        " залежності залежить bağımlılıklar bağımlılıkları bağımlı dependensi ketergantungan"
        " bergantung 依赖 依賴 依存関係 依存 의존성 의존 الاعتماديات التبعيات وابستگی وابستگیها"
        " निर्भरता निर्भरताएँ phụ thuộc",
        "libraries packages requirements third party external",
        chunks=_LONG,
    ),
    _Sort(
        _FIRST_STEPS,
        "install installed installing installation installieren installiere installiert instalar"
        " instala instalo instalación installer installe instalação installare installa"
        " installeren installeer installera installere asentaa asennan instalować zainstalować"
        " instalacja nainstalovat установить установка встановити kurmak kurulum kurarım kurulur"
        " menginstal instalasi memasang 安装 安裝 インストール 설치 تثبيت نصب इंस्टॉल cài đặt"
        " ติดตั้ง להתקין εγκατάσταση",
        chunks=_LONG,
    ),
    _Sort(
        _DEVELOPMENT,
        "",
        "build built building compile compiling compilation source quellcode bauen baue"
        " kompilieren compilar compilarlo código fuente compiler sources fonte compilare"
        " sorgenti bouwen broncode bygga källkod skompilować zbudować źródeł собрать сборка"
        " исходников зібрати derlemek kaynak koddan 源码 源代码 编译 构建 ソース ビルド"
        " コンパイル 소스 빌드 run running execute test tests suite unit testing ausführen führe"
        " lasse laufen starte ejecutar ejecuto pruebas correr lancer exécuter rodar executar"
        " testes eseguire uitvoeren köra kjøre uruchomić testy testów spustit запустить тесты"
        " запустити çalıştırmak testleri menjalankan pengujian 运行 跑 测试 実行 テスト 테스트"
        " 실행 تشغيل الاختبارات",
        chunks=_LONG,
    ),
    _Sort(
        _PIPELINES,
        "ci 持续集成 継続的インテグレーション",
        "cd pipeline pipelines workflow workflows continuous integration github actions"
        " integración continua intégration continue integração contínua kontinuierliche 流水线"
        " 지속적 통합 непрерывная интеграция",
    ),
    _Sort(
        rf"security{_ENDING}",
        "vulnerability vulnerabilities sicherheitslücke sicherheitslücken vulnerabilidad"
        " vulnerabilidades vulnérabilité vulnerabilità kwetsbaarheid sårbarhet уязвимость"
        " уязвимости 安全漏洞 漏洞 脆弱性 취약점 kerentanan",
        "security report reporting sicherheitsproblem melden seguridad reportar informar faille"
        " sécurité signaler vulnerabilidade segurança sicurezza segnalare beveiligingslek luka"
        " bezpieczeństwa zgłosić безопасности сообщить güvenlik açığı bildirmek bildiririm 报告"
        " 報告 신고 ثغرة أمنية الإبلاغ",
    ),
    _Sort(
        rf"authors{_ENDING}|maintainers{_ENDING}|codeowners|credits{_ENDING}|contributors{_ENDING}",
        "author authors maintainer maintainers maintains maintained maintain wrote written"
        " contributors autor autoren betreut gepflegt verantwortlich geschrieben autores"
        " mantiene mantenedor auteur auteurs maintient mainteneurs mantém mantenedores autore"
        " autori mantiene onderhoudt autorzy utrzymuje автор авторы поддерживает мейнтейнер"
        " yazar yazarı bakımını 作者 维护者 维护 メンテナー 作者 관리자 만든",
    ),
]

# Words that ask for a version, which has its changes; and those that say nothing else of a project.
_VERSIONS = (
    "latest last newest recent version versions release releases letzte letzten neueste neuesten"
    " última último versión dernière última versão ultima versione последней версии релизе"
    " ostatniej wersji sürümde sürüm versi terakhir 最新 版本 バージョン リリース 최신 버전"
    " 버전에서 أحدث إصدار"
)
_FILLERS = (
    "project projects repository repo library package software tool program current required"
    " file problem issue set setup configured configuration config under does which projekt"
    " projekts bibliothek dieses aktuellen steht unter eingerichtet konfiguriert proyecto"
    " biblioteca tiene está configurado configurada projet bibliothèque configurée projeto tem"
    " configurado progetto configurata проект проекта проекте библиотека проєкт projekcie"
    " projesi projenin proyek pengaturan nya 这个 项目 该项目 使用 用 什么 哪些 哪个 有 怎么"
    " 如何 怎样 库 在哪里 哪里 配置 采用 是 的 了 里 中 吗 呢 この プロジェクト の は が を に"
    " で 何 ですか どの どこ どう 使って いますか 設定 されていますか 方法 하는 방법 이 프로젝트"
    " 프로젝트의 무엇 무엇인가요 어떤 어디 المشروع هذا ما هي هو كيف"
)

_UNSPACED = re.compile(f"[\u0e00-\u0eff{KANA}{HAN}]+")


class ProjectFiles:
    """The files of a project that a question asks for, if it asks for nothing else.

    Args:
        text: The question.

    Attributes:
        chunks: How many chunks from the beginning of each may answer.
    """

    def __init__(self, text: str) -> None:
        self._sort = _asked_for(text)
        self.chunks = self._sort.chunks if self._sort else 0

    def __bool__(self) -> bool:
        """Tell whether it asks for any."""
        return self._sort is not None

    def among(self, paths: Iterable[str]) -> list[str]:
        """List those files among others: the ones that are in the fewest folders.

        Args:
            paths: Relative to a root.

        Returns:
            At most eight.
        """
        if self._sort is None:
            return []
        pattern = re.compile(rf"(?:^|/)(?:{self._sort.paths})$", re.IGNORECASE)
        found = sorted(filter(pattern.search, paths), key=lambda path: (path.count("/"), path))
        return [path for path in found if path.count("/") == found[0].count("/")][:_MOST]


def _asked_for(text: str) -> _Sort | None:
    """Return the sort of files that a question asks for."""
    typed = [words.joined_term(text[start:end]) for start, end in words.spans(text[:_CHARACTERS])]
    if not 0 < len(typed) <= _LONGEST or (len(typed) == 1 and not _UNSPACED.match(typed[0])):
        return None
    idle = stop_words(question_language(text)) | stop_words("en") | _folded(_FILLERS)
    versions = _folded(_VERSIONS)
    for sort in _SORTS:
        told, hints = _folded(sort.words), _folded(sort.hints)
        known = told | hints | versions | idle
        if all(_is_made_of(word, known) for word in typed):
            hinted = _count(typed, hints)
            if _count(typed, told) or (hinted and hinted + _count(typed, versions) > 1):
                return sort
    return None


@cache
def _folded(listed: str) -> frozenset[str]:
    return frozenset(map(words.joined_term, listed.split()))


def _count(typed: Iterable[str], known: frozenset[str]) -> int:
    """Count the known words; in scripts without spaces also those inside a sentence."""
    return sum(
        sum(each in word for each in known) if _UNSPACED.match(word) else word in known
        for word in typed
    )


def _is_made_of(word: str, known: frozenset[str]) -> bool:
    """Tell whether a word is known; in scripts without spaces, whether it is made of known ones."""
    if word in known or not _UNSPACED.fullmatch(word):
        return word in known
    ends = {0}
    for end in range(1, len(word) + 1):
        ends |= {end for start in list(ends) if word[start:end] in known}
    return len(word) in ends
