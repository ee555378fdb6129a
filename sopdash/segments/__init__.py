"""Who are they, what are they worth, and the list of them.

    rule = both(where("tier", "in", "vip"), where("last_ordered_at", "more_than", 90))
    members(store, rule, viewer)
    lists.to_csv(lists.build(store, "dormant_vip", viewer))

Importing this room teaches `sopdash.metrics.filters` what a segment's name means.
"""

from sopdash.segments import behind, control, lists, rfm, sizes
from sopdash.segments.built_in import CLASSES, class_segment
from sopdash.segments.fields import FIELDS, Field, Kind, Operator
from sopdash.segments.library import Segment, find, of_customers, own, predicate_of, remove, save, saved
from sopdash.segments.people import Overlap, classes, counted, members, overlap, sizes_among, value, values
from sopdash.segments.predicates import compiled
from sopdash.segments.rfm import Rfm, RfmQuery
from sopdash.segments.rules import Rule, both, either, from_json, to_json, where, without
from sopdash.segments.sentence import called, field_label, sentence

__all__ = [
    "CLASSES",
    "FIELDS",
    "Field",
    "Kind",
    "Operator",
    "Overlap",
    "Rfm",
    "RfmQuery",
    "Rule",
    "Segment",
    "behind",
    "both",
    "called",
    "class_segment",
    "classes",
    "compiled",
    "control",
    "counted",
    "either",
    "field_label",
    "find",
    "from_json",
    "lists",
    "members",
    "of_customers",
    "overlap",
    "own",
    "predicate_of",
    "remove",
    "rfm",
    "save",
    "saved",
    "sentence",
    "sizes",
    "sizes_among",
    "to_json",
    "value",
    "values",
    "where",
    "without",
]
