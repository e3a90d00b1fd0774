"""Manuals that stand in sources of R and Perl are named, and stay with what they are about."""

from chunk_names import symbols

from searchkit_index.chunking.chunk import chunks
from searchkit_index.languages.language import LANGUAGES


def test_the_long_manual_above_a_function_of_r_had_no_name() -> None:
    manual = "".join(f"#' Digs burrow {number} with a spade of its own\n" for number in range(90))
    found = chunks(f"{manual}dig <- function(earth) {{\n  earth\n}}\n", LANGUAGES["r"])
    assert len(found) > 3
    assert {chunk.symbol for chunk in found} == {"dig"}
    assert found[-1].text.startswith("dig <-")
    assert found[-1].kind == "definition"


SET = "#' Burrows\n#' @format A table.\n'burrows'\n"

TOPIC = "#' Shared arguments\n#' @name shared-arguments\n#' @keywords internal\nNULL\n"


NAMELESS = "#' @importFrom stats rnorm\nNULL\n"


def test_a_manual_of_r_without_a_function_below_had_no_name() -> None:
    assert symbols(SET, "r") == ["burrows"]
    assert symbols(TOPIC, "r") == ["shared-arguments"]
    assert symbols(NAMELESS, "r") == [""]
    assert symbols(TOPIC.replace("NULL", '"_PACKAGE"'), "r") == ["shared-arguments"]


FILLING = "Text about burrows that goes on and on, with words and more words.\n" * 9

POD = f"""package Wombat;

sub rest {{ 1 }}

=head1 NAME

{FILLING}
=head2 dig(%options)

sub in_a_manual is about C<no> function.

=over

=item B<depth>

{FILLING}
=item *

package no_name

=back

=cut

# It digs.
sub dig {{
  2
}}

=head1 SEE ALSO

=cut

sub other {{ 3 }}
"""


def test_a_manual_between_the_code_of_perl_had_no_names_and_stood_with_other_code() -> None:
    found = chunks(POD, LANGUAGES["perl"], 192)
    assert [(each.symbol, each.kind) for each in found] == [
        ("Wombat, rest, NAME", "definition"),
        ("dig", "definition"),
        ("dig", "code"),
        ("SEE ALSO, other", "definition"),
    ]
    assert found[1].text.startswith("=head2 dig(%options)")


def test_a_section_of_perl_stood_apart_from_the_function_that_it_is_about() -> None:
    apart = "sub rest {\n" + "  work;\n" * 90 + "}\n\n"
    source = f"{apart}=item $wombat->dig\n\nIt digs.\n\n=cut\n\nsub dig {{\n  2\n}}\n\n{apart}"
    above, digging, *_ = chunks(source, LANGUAGES["perl"])
    assert (above.symbol, digging.symbol, digging.kind) == ("rest", "dig, rest", "definition")
    assert digging.text.startswith("=item $wombat->dig\n\nIt digs.\n\n=cut\n\nsub dig {")
