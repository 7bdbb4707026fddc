#!/usr/bin/python3
"""The departments of the demonstration with their past, and no monitor: prints their folder, and ends with its standard input.

stand.py HOUSEHOLDS [DAY]: the day on which the city stands, as yyyy-MM-dd; today in China unless told.
"""
import datetime
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "demo"))

import broom
import children as kin
from city import City
from cluster import Cluster
from life import CHINA
from past import Past, Serials
from places import Places
from rolls import Rolls
from stage import HISTORY

SEED = 1


def stand(family, households, day):
    cluster = Cluster(family)
    cluster.create()
    cluster.make_departments()
    cluster.write_services(os.path.join(family.folder, "services"))
    places = Places()
    places.write(os.path.join(family.folder, "areas.csv"))
    past = Past(City(places, households, SEED, day), cluster.departments, Serials(), SEED)
    tellers = {"past": past, "rolls": Rolls(past)}
    for _, _, teller, method in HISTORY:
        getattr(tellers[teller], method)()
    for department in cluster.departments.values():
        department.run("analyze")


def main():
    day = datetime.date.fromisoformat(sys.argv[2]) if len(sys.argv) > 2 else datetime.datetime.now(CHINA).date()
    user = kin.plain_user()
    family = kin.Children(kin.private_folder(user))
    kin.drop_to(user)
    broom.start(family.folder)
    try:
        stand(family, int(sys.argv[1]), day)
        print(family.folder, flush=True)
        sys.stdin.read()
    finally:
        family.stop()
        family.remove_folder()


if __name__ == "__main__":
    main()
