"""Measures whether a part of a compound finds the text that holds the compound.

    python tests/bench/compounds.py [--model NAME]

German, Dutch, Swedish and Finnish write compounds as one word. Each row below is a question that
says it in parts, and a sentence with the compound and none of the words of the question. Each
question is asked of all sentences of its language, by meaning and by words; prints for each
language how many have theirs first, and among the first three.
"""

import argparse

import numpy as np

from searchkit.embedders import load_embedder
from searchkit_index import words

PAIRS = {
    "de": (
        ("Karte der Versicherung", "Bitte die Krankenversicherungskarte am Empfang vorlegen."),
        ("Fahrt mit dem Dampfer auf dem Fluss", "Die Donaudampfschifffahrt begann 1829 in Wien."),
        (
            "Grenze für die Geschwindigkeit",
            "Hier gilt eine Geschwindigkeitsbegrenzung von achtzig.",
        ),
        ("Steuer auf Hunde", "Im Januar wird die Hundesteuer fällig."),
        ("Schutz der Daten", "Unsere Datenschutzerklärung steht auf der letzten Seite."),
        ("Vertrag über die Miete", "Der Mietvertrag wurde im Mai unterschrieben."),
        ("Kosten für die Heizung", "Die Heizkostenabrechnung kommt im Herbst."),
        ("Unfall bei der Arbeit", "Ein Arbeitsunfall muss sofort gemeldet werden."),
        ("Zeugnis der Schule", "Das Abschlusszeugnis liegt der Bewerbung bei."),
        ("Wagen der Feuerwehr", "Das neue Löschfahrzeug steht in der Halle."),
        ("Saft aus Äpfeln", "Zum Frühstück gab es Apfelsaft und Brot."),
        ("Bahnhof der Hauptstadt", "Am Hauptbahnhof fährt der Zug um neun ab."),
        ("Versicherung für das Auto", "Die Kraftfahrzeughaftpflichtversicherung ist Pflicht."),
        ("Anzeige wegen eines Fahrrads", "Der Fahrraddiebstahl wurde der Polizei gemeldet."),
        ("Wasser zum Trinken", "Die Trinkwasserqualität wird jede Woche geprüft."),
        ("Prüfung des Blutes", "Die Blutuntersuchung ergab keine Auffälligkeiten."),
        ("Energie aus Wind", "Ein Windkraftwerk soll auf dem Hügel entstehen."),
        ("Lehrer für Mathematik", "Unser Mathelehrer ist seit Montag krank."),
    ),
    "nl": (
        ("kaart van de verzekering", "Neem uw zorgverzekeringspas mee naar de balie."),
        ("water om te drinken", "De drinkwaterkwaliteit wordt elke week gemeten."),
        ("ongeval op het werk", "Een arbeidsongeval moet direct worden gemeld."),
        ("belasting op inkomen", "De inkomstenbelasting moet in mei betaald zijn."),
        ("sleutel van de fiets", "Ik ben mijn fietssleutel in de tuin verloren."),
        ("contract voor de huur", "Het huurcontract loopt in juni af."),
        ("leraar van de school", "De basisschoolleerkracht belde de ouders op."),
        ("energie uit wind", "Op zee komt een nieuw windmolenpark."),
    ),
    "sv": (
        ("kort för försäkring", "Ta med ditt sjukförsäkringskort till kassan."),
        ("vatten att dricka", "Dricksvattenkvaliteten mäts varje vecka."),
        ("olycka på arbetet", "En arbetsplatsolycka ska anmälas genast."),
        ("skatt på inkomst", "Inkomstskatten betalas i maj."),
        ("nyckel till cykeln", "Jag tappade min cykelnyckel i trädgården."),
        ("avtal om hyra", "Hyreskontraktet löper ut i juni."),
        ("läkare för barn", "Vi har bokat tid hos barnläkaren."),
        ("kraft från vinden", "Ett nytt vindkraftverk byggs på kullen."),
    ),
    "fi": (
        ("vakuutuksen kortti", "Ota sairausvakuutuskortti mukaan vastaanotolle."),
        ("vesi juotavaksi", "Juomaveden laatua mitataan joka viikko."),
        ("tapaturma työssä", "Työtapaturmasta on ilmoitettava heti."),
        ("vero tuloista", "Tulovero maksetaan toukokuussa."),
        ("pyörän avain", "Hukkasin polkupyöränavaimen puutarhaan."),
        ("sopimus vuokrasta", "Vuokrasopimus päättyy kesäkuussa."),
        ("lasten lääkäri", "Varasimme ajan lastenlääkärille."),
        ("voimaa tuulesta", "Mäelle rakennetaan uusi tuulivoimala."),
    ),
}


def main() -> None:
    """Ask each question of the sentences of its language, and print the counts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="nano")
    embedder = load_embedder(parser.parse_args().model)
    texts = [text for pairs in PAIRS.values() for _, text in pairs]
    vectors = np.asarray(embedder.encode(texts, "document"))
    start = 0
    print(f"{'':4}{'pairs':>6}{'first':>7}{'in 3':>6}{'in 3 of all':>13}{'by words':>10}")
    for language, pairs in PAIRS.items():
        asked = np.asarray(embedder.encode([question for question, _ in pairs], "query"))
        end = start + len(pairs)
        right = np.arange(start, end)
        near = asked @ vectors.T
        mine = near[np.arange(len(pairs)), right][:, None]
        rank, of_all = (near[:, start:end] > mine).sum(1), (near > mine).sum(1)
        shared = sum(bool({*words.terms(q)} & {*words.terms(t)}) for q, t in pairs)
        print(
            f"{language:4}{len(pairs):6}{(rank < 1).sum():7}{(rank < 3).sum():6}"
            f"{(of_all < 3).sum():13}{shared:10}"
        )
        for (question, text), place in zip(pairs, rank, strict=True):
            if place:
                print(f"      {place + 1}: {question} | {text}")
        start = end


if __name__ == "__main__":
    main()
