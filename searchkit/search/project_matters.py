"""What is asked of any project, in which words, and which files and lines say it."""

from typing import NamedTuple


class Where(NamedTuple):
    """Files that may say something.

    Attributes:
        paths: A pattern of their paths below the root of a project, without folders of
            documentation, or of the ends of these.
        headings: A pattern of the headings that say it.
        lines: A pattern of the lines that do, from their beginnings. Without both patterns, all do.
        chunks: How many chunks from the beginning of each may say it: of a list of changes the
            latest ones.
    """

    paths: str
    headings: str = ""
    lines: str = ""
    chunks: int = 200


class Matter(NamedTuple):
    """What is asked of any project.

    Attributes:
        where: What says it; the first counts that is there.
        words: Words that ask for it, in some twenty languages.
        hints: Words of which two do, or one beside what says "latest version".
    """

    where: tuple[Where, ...]
    words: str
    hints: str = ""


_ENDING = r"(?:[.-][\w.-]+)?"
_PROSE = r"\.(?:md|markdown|mdx|rst|txt|adoc|asciidoc|org|rdoc|textile)"
_README = rf"readme(?:{_PROSE})?"
_SETUP = rf"(?:install(?:ing|ation)?|getting[-_]?started|quick[-_]?start|setup){_PROSE}"
_DEVELOPMENT = (
    r"(?:readme|contributing|hacking|test(?:s|ing)?|build(?:ing)?|compil(?:e|ing)"
    r"|install(?:ing|ation)?|develop(?:ing|ment|ers?)?(?:[-_]guide)?|local[-_]development)"
    rf"(?:{_PROSE})?"
)
_SCRIPTS = (
    r"makefile|justfile|rakefile|taskfile\.ya?ml|noxfile\.py|tox\.ini|package\.json|composer\.json"
    r"|pyproject\.toml|mix\.exs|build\.(?:sh|ps1|cmd|zig)"
)
_MANIFESTS = (
    r"package\.json|pyproject\.toml|setup\.(?:py|cfg)|requirements[\w-]*\.(?:txt|in)|pipfile"
    r"|environment\.ya?ml|cargo\.toml|go\.mod|gemfile|[\w-]+\.gemspec|composer\.json|pom\.xml"
    r"|(?:build|settings)\.gradle(?:\.kts)?|libs\.versions\.toml|build\.s(?:bt|c)|mix\.exs"
    r"|package\.swift|podfile|pubspec\.yaml|[\w.-]+\.cabal|package\.yaml|stack\.yaml|dune-project"
    r"|[\w-]+\.opam|[\w.-]+\.rockspec|[\w.-]+\.csproj|directory\.packages\.props|packages\.config"
    r"|conanfile\.(?:txt|py)|vcpkg\.json|cmakelists\.txt|description|project\.clj|deps\.edn"
    r"|build\.zig\.zon|shard\.yml|rebar\.config|project\.toml|flake\.nix"
)
_WORKFLOWS = r"\.github/workflows/[\w.-]+\.ya?ml|\.gitlab-ci\.ya?ml"
_PIPELINES = (
    rf"{_WORKFLOWS}|\.travis\.ya?ml|\.?appveyor\.ya?ml"
    r"|\.circleci/config\.ya?ml|azure-pipelines\.ya?ml|jenkinsfile|bitbucket-pipelines\.ya?ml"
    r"|\.cirrus\.ya?ml|\.drone\.ya?ml|\.woodpecker\.ya?ml|\.buildkite/[\w.-]+\.ya?ml|\.build\.yml"
)

_DEPENDS = (
    r"[^\n]*?(?:(?<![a-z])(?:dev|peer|optional|build)?dependenc(?:y|ies)(?![a-z])|install_requires"
    r"|build-depends|ivydeps|mvndeps|\.package\(|find_package|<package(?:reference|version)"
    r"|target_link_libraries|defp? deps\b)"
    r"|\W{0,12}(?:require(?:-dev)?[\"']?\s*[:({]|require [\w./-]+ v\d|(?:gem|pod) ['\"]"
    r"|(?:test)?(?:implementation|api|compileonly)[ (]['\"]|\[?packages\]"
    r"|(?:depends|imports|inputs)\b ?[:=])"
)
_INSTALL = "instal|安装|安裝|インストール|설치|установ|встанов|kurulum|cài đặt|التثبيت"
_ADDED = rf"{_INSTALL}|implementation ?\(|<dependency>|\badd [^\n]{{0,40}}dependenc"
_RUNNERS = (
    r"\b(?:npm|yarn|pnpm|bun|deno|cargo|go|mix|rake|mvnw?|make|tox|bundle|gradlew?|dotnet|swift"
    r"|composer|stack|cabal|zig|nox|hatch|uv|poetry|just|sbt|mill|ctest|meson|bazel|rebar3|dune|bats"
    r"|xcodebuild) (?:[\w:.-]{1,20} ){0,2}?[\w:.-]{0,20}(?:test|spec|check)\b"
    r"|(?:\A[`$> ]{0,4}|(?<=run )|(?<=run `)|(?<=run ``)|(?<=[$>-] )|(?<=-m )|(?<=  ))"
    r"(?:pytest|phpunit|busted|prove|rspec)\b"
)
_TESTS = (
    rf"\brun(?:s|ning)? (?:[\w'`-]{{1,20}} ){{0,4}}?[\w-]{{0,9}}tests?\b|\btest suite|{_RUNNERS}"
)
_TEST_HEADING = r"^(?:how to )?(?:run\w* )?(?:the |all )?(?:[\w-]+ )?test(?:s|ing)?(?: suite)?$"
_TEST_SCRIPT = (
    r"(?:[\"\s]*(?:unit[-_]?)?tests?(?:\"\s*:|:(?!\w))|\[testenv|\[tool\.pytest|def tests?\b)"
)
_TEST_TASK = r"[^\n]*?\b(?:test[\w:.-]{0,20}\"?\s*:|testtask|:test\b)"
_BUILDS = (
    r"\bfrom (?:the )?source|\b(?:compile|build) (?:it|the source|(?:the|this) project)\b"
    r"|\b(?:cargo|go|dotnet|swift|npm run|yarn|zig|stack|cabal|gradlew|bazel|docker) build\b"
    r"|^\W*(?:cmake|make|meson|autoreconf|\./configure)\b(?! sure)"
)
_BUILD_HEADING = r"^(?:how to )?(?:build(?:ing)?|compil\w*)\b(?! status)|\bfrom (?:the )?source"
_BUILD_SCRIPT = r"[\"\s]*(?:build|all|compile)(?:\"\s*:|:(?!\w))"

_TOOLCHAINS = (
    r"[^\n]*?(?:requires-python|python_requires|programming language :: python :: 3|rust-version"
    r"|required_ruby_version|\"engines\"|\"node\"\s*:|\"php\"\s*:|swift-tools-version|\bswift_version"
    r"|cmake_minimum_required|cxx_std_|cmake_cxx_standard|\belixir: ['\"]"
    r"|<(?:maven\.compiler\.|java\.)(?:release|source|target|version)|sourcecompatibility"
    r"|jvmtarget|jvmtoolchain|<targetframework|tested-with|minsdk|sdk: ['\"]?[\^>]|scala_?version)"
    r"|\W{0,4}go \d"
)

MATTERS = (
    Matter(
        (
            Where(rf"(?:un|mit-|apache-)?licen[cs]es?{_ENDING}|copying{_ENDING}", chunks=6),
            Where(_README, headings="licen[cs]"),
            Where(_MANIFESTS, lines=r"\W*licen[cs]e"),
        ),
        "licence license licences licenses licensed licensing lizenz lizenzen lizenziert"
        " licencia licencias licença licenças licenza licenze licentie licens lisens lisenssi"
        " licencja licencje licencji licencí лицензия лицензии лицензией лицензию ліцензія"
        " ліцензією lisans lisansı lisansla lisensi άδεια רישיון ترخيص الترخيص رخصة مجوز लाइसेंस"
        " 许可证 许可协议 授权协议 協議 许可 授权 ライセンス 라이선스 라이센스 ใบอนุญาต"
        " สัญญาอนุญาต",
    ),
    Matter(
        (
            Where(rf"contributing{_ENDING}|hacking{_ENDING}|how_to_contribute{_ENDING}", chunks=6),
            Where(_README, headings="contribut"),
            Where(_README, lines=r"[^\n]*?\b(?:contributions|pull requests?)\b"),
        ),
        "contribute contributing contribution contributions mitmachen beitragen mitwirken"
        " mithelfen contribuir contribuer contribuire contribuição contribuciones contribución"
        " contributie bijdragen bidra bidrage osallistua współtworzyć wnieść wkład přispět"
        " участвовать вклад внести допомогти долучитися katkıda katkı bulunmak bulunabilirim"
        " berkontribusi kontribusi 贡献代码 贡献 参与开发 参与 コントリビュート 貢献 기여"
        " المساهمة أساهم مشارکت योगदान đóng góp",
    ),
    Matter(
        (
            Where(
                rf"change(?:s|log|[_-]log){_ENDING}|history{_ENDING}|news{_ENDING}"
                rf"|release[_-]?notes{_ENDING}|what'?s[-_]?new{_ENDING}",
                chunks=3,
            ),
            Where(_README, headings="change ?log|release notes|what's new"),
        ),
        "changelog 更新日志 変更履歴 변경사항",
        "change changes changed new news notes änderungen geändert neu neues neuerungen cambios"
        " cambiado novedades nuevo changements changé nouveautés nouveau nouveautes mudanças"
        " mudou novidades novo alterações cambiamenti cambiato novità nuovo wijzigingen"
        " veranderd nieuw ändringar ändrats nytt endringer muutokset zmiany zmieniło nowego"
        " změny nového изменения изменилось нового новое зміни змінилося değişiklikler değişti"
        " yenilikler yeni perubahan berubah 变更 变化 更新内容 改动 変更点 変更 変わりましたか"
        " 변경 사항 바뀌었나요 التغييرات تغير الجديد تغییرات बदलाव बदला thay đổi",
    ),
    Matter(
        (Where(_MANIFESTS, lines=_DEPENDS), Where(_MANIFESTS)),
        "dependency dependencies depend depends abhängigkeiten abhängig hängt dependencias"
        " depende dépendances dépend dépendent dependências dipendenze dipende afhankelijkheden"
        " beroenden avhengigheter riippuvuudet zależności zależy závislosti зависимости зависит"
        " залежності залежить bağımlılıklar bağımlılıkları bağımlı dependensi ketergantungan"
        " bergantung 依赖 依賴 依存関係 依存 의존성 의존 الاعتماديات التبعيات وابستگی وابستگیها"
        " निर्भरता निर्भरताएँ phụ thuộc",
        "libraries packages requirements third party external",
    ),
    Matter(
        (
            Where(_README, headings=_INSTALL),
            Where(_SETUP),
            Where(rf"docs?/[\w-]+{_PROSE}", headings=_INSTALL),
            Where(_README, lines=rf"[^\n]*?(?:{_ADDED})"),
            Where(_README, headings=r"getting started|quick ?start|set ?up|usage|download"),
        ),
        "install installed installing installation installieren installiere installiert instalar"
        " instala instalo instalación installer installe instalação installare installa"
        " installeren installeer installera installere asentaa asennan instalować zainstalować"
        " instalacja nainstalovat установить установка встановити kurmak kurulum kurarım kurulur"
        " menginstal instalasi memasang 安装 安裝 インストール 설치 تثبيت نصب इंस्टॉल cài đặt"
        " ติดตั้ง להתקין εγκατάσταση",
    ),
    Matter(
        (
            Where(_DEVELOPMENT, headings=_TEST_HEADING),
            Where(_DEVELOPMENT, lines=rf"[^\n]*?(?:{_TESTS})"),
            Where(_SCRIPTS, lines=_TEST_SCRIPT),
            Where(_SCRIPTS, lines=_TEST_TASK),
            Where(_PIPELINES, lines=rf"[^\n]*?(?:{_TESTS})"),
        ),
        "",
        "run running execute test tests suite unit testing ausführen führe lasse laufen starte"
        " ejecutar ejecuto pruebas correr lancer exécuter rodar executar testes eseguire uitvoeren"
        " köra kjøre uruchomić testy testów spustit запустить тесты запустити çalıştırmak testleri"
        " menjalankan pengujian 运行 跑 测试 実行 テスト 테스트 실행 تشغيل الاختبارات",
    ),
    Matter(
        (
            Where(_DEVELOPMENT, headings=_BUILD_HEADING),
            Where(_DEVELOPMENT, lines=rf"[^\n]*?(?:{_BUILDS})"),
            Where(_SCRIPTS, lines=_BUILD_SCRIPT),
        ),
        "",
        "build built building compile compiling compilation source quellcode bauen baue"
        " kompilieren compilar compilarlo código fuente compiler sources fonte compilare"
        " sorgenti bouwen broncode bygga källkod skompilować zbudować źródeł собрать сборка"
        " исходников зібрати derlemek kaynak koddan 源码 源代码 编译 构建 ソース ビルド"
        " コンパイル 소스 빌드",
    ),
    Matter(
        (Where(_WORKFLOWS), Where(_PIPELINES)),
        "ci 持续集成 継続的インテグレーション",
        "cd pipeline pipelines workflow workflows continuous integration github actions runs tests"
        " integración continua intégration continue integração contínua kontinuierliche 流水线"
        " 지속적 통합 непрерывная интеграция",
    ),
    Matter(
        (
            Where(rf"security{_ENDING}", chunks=6),
            Where(rf"(?:readme|contributing)(?:{_PROSE})?", headings="security|vulnerab"),
            Where(rf"(?:readme|contributing)(?:{_PROSE})?", lines=r"[^\n]*?vulnerab"),
        ),
        "vulnerability vulnerabilities sicherheitslücke sicherheitslücken vulnerabilidad"
        " vulnerabilidades vulnérabilité vulnerabilità kwetsbaarheid sårbarhet уязвимость"
        " уязвимости 安全漏洞 漏洞 脆弱性 취약점 kerentanan",
        "security report reporting sicherheitsproblem melden seguridad reportar informar faille"
        " sécurité signaler vulnerabilidade segurança sicurezza segnalare beveiligingslek luka"
        " bezpieczeństwa zgłosić безопасности сообщить güvenlik açığı bildirmek bildiririm 报告"
        " 報告 신고 ثغرة أمنية الإبلاغ",
    ),
    Matter(
        (
            Where(
                rf"authors{_ENDING}|maintainers{_ENDING}|codeowners|credits{_ENDING}"
                rf"|contributors{_ENDING}",
                chunks=6,
            ),
            Where(_README, headings="maintain|author|credits|contributors|team"),
            Where(_README, lines=r"[^\n]*?\b(?:maintain(?:er|ed by)|(?:created|written) by)"),
            Where(_MANIFESTS, lines=r"[^\n]*?(?:author|maintainer|developer)"),
        ),
        "author authors maintainer maintainers maintains maintained maintain wrote written"
        " contributors autor autoren betreut gepflegt verantwortlich geschrieben autores"
        " mantiene mantenedor auteur auteurs maintient mainteneurs mantém mantenedores autore"
        " autori mantiene onderhoudt autorzy utrzymuje автор авторы поддерживает мейнтейнер"
        " yazar yazarı bakımını 作者 维护者 维护 メンテナー 作者 관리자 만든",
    ),
    Matter(
        (
            Where(_MANIFESTS, lines=_TOOLCHAINS),
            Where(_README, headings="requirements|compatib|supported|prerequisites"),
        ),
        "",
        "supported support supports minimum minimal required requires requirement requirements"
        " need needs needed compatible oldest python ruby node nodejs go golang java jdk jvm kotlin"
        " scala rust rustc php perl lua elixir erlang otp haskell ghc swift xcode dart net dotnet"
        " compiler unterstützt unterstützten mindestversion benötigt minimale soportadas soporta"
        " mínima necesita requiere supportées supporte minimale requise nécessaire suportadas"
        " suporta precisa supportate supporta minima richiede ondersteund nodig stöds stöder"
        " поддерживаются поддерживает минимальная нужна требуется підтримуються потрібна obsługuje"
        " wymagana minimalna destekleniyor gerekli 支持 最低 要求 需要 サポート 対応 必要 지원 필요"
        " 최소 didukung minimal dibutuhkan",
    ),
    Matter(
        (Where(_README, chunks=3),),
        "project overview introduction purpose projekt proyecto projet projeto progetto проект"
        " проекте проєкт projekcie proje projenin proyek 项目 專案 プロジェクト 프로젝트 المشروع"
        " परियोजना dự án",
        "repo repository library package tool software about do does worum geht biblioteca"
        " bibliothek trata hace macht fait faz библиотека делает 库 做 干 工具 ツール ライブラリ"
        " 라이브러리 도구",
    ),
)

# Words that ask for a version, which has its changes; and those that say nothing else of a project.
VERSIONS = (
    "latest last newest recent version versions release releases letzte letzten neueste neuesten"
    " versionen wersja wersje sürümleri versiones versions versioni versões версии версия"
    " última último versión dernière última versão ultima versione последней версии релизе"
    " ostatniej wersji sürümde sürüm versi terakhir 最新 版本 バージョン リリース 최신 버전"
    " 버전에서 أحدث إصدار"
)
FILLERS = (
    "project projects repository repo library package software tool program current required"
    " file problem issue set setup configured configuration config under does which projekt"
    " projekts bibliothek dieses diesem dies brauche brauchen ich aktuellen steht unter"
    " eingerichtet konfiguriert proyecto"
    " biblioteca tiene está configurado configurada projet bibliothèque configurée projeto tem"
    " configurado progetto configurata проект проекта проекте библиотека проєкт projekcie"
    " projesi projenin proyek pengaturan nya 这个 项目 该项目 使用 用 什么 哪些 哪个 有 怎么"
    " 如何 怎样 库 在哪里 哪里 配置 采用 是 的 了 里 中 吗 呢 この プロジェクト の は が を に"
    " で 何 ですか どの どこ どう 使って いますか 設定 されていますか 方法 하는 방법 이 프로젝트"
    " 프로젝트의 무엇 무엇인가요 어떤 어디 المشروع هذا ما هي هو كيف"
)
