"""Lists words by which questions ask for a definition, its uses, its tests and examples.

In twenty languages; whole sentences where words are not apart.
"""

from typing import Literal

from searchkit_index import words

Convention = Literal["test", "example", "foreign"]
"""What a file is that is not the product itself."""

DEFINITIONS = frozenset(
    words.terms(
        "class def func function fn fun struct trait interface enum type impl method const let var"
        " work works"
        " define defined defines definition declared declaration implemented implementation"
        " definiert definition deklariert implementiert implementierung"
        " definido definida define definición declarado implementado implementación"
        " défini définie définit définition déclaré implémenté implémentation"
        " definição implementação definito definita definizione implementazione"
        " explain macht hace fait faz doet robi делает とは"
        " gedefinieerd definitie zdefiniowana definicja definovan definice tanımlı tanım"
        " определён определена определено определение объявлен реализован реализация"
        " визначено визначення реалізація 在哪里定义的 在哪儿定义 在哪里实现的 是做什么的 有什么用"
        " はどこで定義されていますか はどこで実装されていますか は何をしますか の定義はどこ"
        " 는 은 어디에 정의되어 있나요 어디서 구현되었나요 무엇을 하나요 정의된"
        " تعریف تعريف परिभाषा định nghĩa ορισμός הגדרה definisi määritelmä definitionen"
    )
)
"""Terms that ask for a definition, words of programming languages among them."""

USES = frozenset(
    words.terms(
        "used uses usages call called calls caller callers referenced references reference invoked"
        " invocations imports imported instantiated sites raise raises raised throws thrown caught"
        " catches handles handled emitted assigned"
        " verwendet verwendungen benutzt genutzt aufgerufen aufrufe ruft usado usada usos usa"
        " llamado llamada llamadas llama utilisé utilisée utilisations appelé appelée appels"
        " appelle usato usata usi chiamato chiamata chiama chamado chamada chamadas chama gebruikt"
        " aangeroepen używany używana wywoływany wywoływana kullanılıyor çağrılıyor"
        " använd anropas används používá volá geworfen wirft lanza lanzado lève levée"
        " бросает выбрасывается 在哪里抛出"
        " используется использования вызывается вызовы вызывает використовується викликається"
        " 在哪里使用 在哪里被使用 在哪里被用到 在哪里调用 在哪里被调用 谁调用了 被谁调用"
        " はどこで使われていますか はどこで使用されていますか はどこから呼ばれていますか"
        " の呼び出し元 を呼び出すのは"
        " 는 은 어디에서 어디서 사용되나요 사용됩니까 쓰이나요 호출되나요 호출하나요"
        " يستخدم استخدام استدعاء استفاده dipakai digunakan dipanggil được sử dụng gọi"
    )
).difference(DEFINITIONS)
"""Terms that ask where a name is used."""

SUBTYPES = frozenset(
    words.terms(
        "subclass subclasses subtypes extend extends inherit inherits derived implements"
        " implementations implementors"
        " unterklassen erbt erben abgeleitet implementieren subclases hereda heredan extiende"
        " implementan hérite héritent étend dérivées herdam estende estendono ereditano"
        " наследует наследуют наследники реализуют подклассы 的子类 子类 谁继承 继承了 实现了"
        " のサブクラス を継承する を実装する 를 상속하는 구현하는 하위"
    )
).difference(DEFINITIONS)
"""Terms that ask which classes extend or implement a name."""

BESIDE: dict[Convention, str] = {
    "test": "test tests testing tested unittest mock mocks mocked stub fake fixture fixtures"
    " benchmark benchmarks spec specs prueba pruebas testa testam testado testada teste testes"
    " testato testata testé testée testés getestet getest testen testas testar тест тесты тестах"
    " тестов тестовый тестируется тестируются тестируют мок моки заглушка бенчмарк тестування"
    " тестується"
    " 测试 測試 模拟 模擬 基准 テスト モック ベンチマーク 테스트 시험 모의 벤치마크 اختبار اختبارات"
    " تختبر يختبر آزمون تست परीक्षण टेस्ट ทดสอบ kiểm-thử δοκιμή δοκιμές בדיקה בדיקות testi"
    " testit testler sınama sınanır sınanıyor pengujian diuji uji testuje testowany testowane"
    " testy testów testach teszt tesztek",
    "example": "example examples sample samples demo beispiel beispiele ejemplo ejemplos exemple"
    " exemples exemplo exemplos esempio esempi voorbeeld voorbeelden пример примеры примере"
    " приклад 例子 示例 范例 範例 サンプル 예제 예시 샘플 przykład przykłady przykładowy örnek"
    " örnekler مثال أمثلة نمونه"
    " उदाहरण ตัวอย่าง ví-dụ exempel eksempel příklad esimerkki contoh παράδειγμα דוגמה דוגמאות",
    "foreign": "vendor vendored generated deprecated legacy compat lockfile lockfiles minified"
    " dist",
}
"""Words that ask for files beside the product."""

BESIDE_TERMS = frozenset(
    words.terms(
        " ".join((BESIDE["test"], BESIDE["example"], "unit testy testleri のテスト 的测试"))
    )
)
"""The same for tests and examples, as terms."""

FILLERS = frozenset(
    words.terms("find show list give me all every any files functions methods classes code places")
)
"""Terms that may stand beside these and say nothing."""
