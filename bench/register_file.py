"""Write an invented national RPLS file: python -m bench.register_file FILE [ROWS]. 73 columns of the 2025 open layout."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

LAYOUT = """
REG_CODE REG_LIBELLE DEP_CODE DEP_LIBELLE EPCI_CODE EPCI_LIBELLE DEPCOM CODEPOSTAL LIBCOM NUMVOIE
INDREP TYPVOIE NOMVOIE COMPLGEO LIEUDIT ETAGE EPSG X Y QUALITE_XY DISTANCE_PRECISION PLG_QP24
PLG_QP15 QUALITE_QP24 PLG_IRIS2024_CODE CONSTRUCT TYPECONST_CODE TYPECONST_LIBELLE NBPIECE SURFHAB
LOCAT PATRIMOINE ORIGINE_CODE ORIGINE_LIBELLE FINAN_CODE FINAN_LIBELLE CONV_CODE NUMCONV DATCONV
NEWLOGT_CODE MES_SANSCUMUL SORTIE_PATRIM DPEDATE DPEENERGIE DPESERRE SRU_EXPIR SRU_ALINEA
CODSEGPATRIM LIBSEGPATRIM DUREE_VACANCE MODE_CODE MODE_LIBELLE QUALACQ MISCOMMERCIAL PRODFIN
LOYERPRINC LOYERM2 CONTRIB RS PMR MISESERVICE BAILDATE REMLOCDATE ZONE_ABC ZONE_123 ACT_CODE ANRU
EHPAD LOGFOYER CUS DROIT FAMILLE MILLESIME
"""
COLUMNS = LAYOUT.split()
STREETS = (
    "DES LILAS",
    "DU 8 MAI 1945",
    "JEAN JAURES",
    "DE LA GARE",
    "DES ACACIAS",
    "DU MOULIN",
    "PASTEUR",
    "DE L EGLISE",
)
TYPES = ("RUE", "AV", "BD", "ALL", "PL", "IMP")
# Département, first commune, CRS, an extent in it: metropolitan, Paris by arrondissement, overseas.
PLACES = (
    ("93", "93001", 2154, 660_000, 6_870_000), ("69", "69380", 2154, 842_000, 6_519_000),
    ("75", "75101", 2154, 648_000, 6_860_000),
    ("59", "59001", 2154, 700_000, 7_050_000), ("13", "13001", 2154, 893_000, 6_246_000),
    ("33", "33001", 2154, 417_000, 6_421_000),
    ("974", "97401", 2975, 340_000, 7_690_000), ("971", "97101", 5490, 650_000, 1_790_000),
    ("2A", "2A004", 2154, 1_175_000, 6_108_000),
)  # fmt: skip
DWELLINGS_AN_ADDRESS = 14.6


def line_of(values: dict[str, str]) -> str:
    """A line with what is known of a dwelling; the other columns hold the fillers of a real file."""
    return (
        ";".join(
            values.get(name, "SANS OBJET" if name.endswith("LIBELLE") else "12345,67")
            for name in COLUMNS
        )
        + "\r\n"
    )


def write(path: Path, rows: int, seed: int = 1) -> int:
    """Write the file as older tools do: addresses together, `;`, UTF-8 with a mark; returns the number of addresses."""
    rng, written, addresses = np.random.default_rng(seed), 0, 0
    with path.open("w", encoding="utf-8-sig", newline="", buffering=1 << 20) as file:
        file.write(";".join(COLUMNS) + "\r\n")
        while written < rows:
            count = min(1 + int(rng.geometric(1 / DWELLINGS_AN_ADDRESS)), rows - written)
            head = line_of(address(addresses, rng))
            rooms = rng.integers(1, 6, count)
            file.write(
                "".join(
                    head.replace("@P", str(each)).replace("@S", str(20 * each)) for each in rooms
                )
            )
            written, addresses = written + count, addresses + 1
    return addresses


def address(number: int, rng: np.random.Generator) -> dict[str, str]:
    """One address, with the traps of real files in some."""
    departement, first, epsg, x, y = PLACES[number % len(PLACES)]
    commune = f"{first[:3]}{int(first[3:]) + number // len(PLACES) % 15:02d}"
    house, street = str(1 + number % 180), f"{STREETS[number % len(STREETS)]} {number // 1_000}"
    quality, trap = ("33" if number % 40 == 0 else "11"), number % 25
    values = {
        "REG_CODE": "11", "DEP_CODE": f"0{departement}" if trap == 1 and len(departement) == 2 else departement,
        "DEPCOM": commune, "CODEPOSTAL": f"{commune[:2]}{number % 900:03d}".replace("A", "0"), "LIBCOM": f"Commune {commune}",
        "NUMVOIE": house, "TYPVOIE": TYPES[number % len(TYPES)], "NOMVOIE": street, "EPSG": str(epsg),
        "X": str(x + int(rng.integers(0, 9_000))), "Y": str(y + int(rng.integers(0, 9_000))), "QUALITE_XY": quality,
        "PLG_QP24": f"QN{departement:0>3}01M" if number % 4 == 0 else "", "PLG_IRIS2024_CODE": f"{commune}0101",
        "CONSTRUCT": str(1950 + number % 70), "NBPIECE": "@P", "SURFHAB": "@S", "MILLESIME": "2025",
    }  # fmt: skip
    if trap == 2:  # number and street in one cell
        values |= {
            "NUMVOIE": "",
            "TYPVOIE": "",
            "NOMVOIE": f"{house} {TYPES[number % len(TYPES)]} {street}",
        }
    elif trap == 3:
        values["NOMVOIE"] = street.replace("E", "Ã©", 1)
    elif trap == 4:
        values["NUMVOIE"] = "7190-01-01"
    elif trap == 5:
        values |= {"X": "", "Y": ""}
    return values


if __name__ == "__main__":
    wanted = int(sys.argv[2]) if len(sys.argv) > 2 else 5_400_000
    print(f"{wanted} rows, {write(Path(sys.argv[1]), wanted)} addresses")
