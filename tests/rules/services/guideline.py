"""A guideline that the product has never seen: own facts, a list, worked cases. Written after no real municipality's."""

GUIDELINE = """\
# Riktlinjer för hundkulturen i Exempelby
id: hundkultur-2027
board: norr
kinds: [grant]
title: {sv: Riktlinjer för hundkultur 2027}
source: {document: Riktlinjer för hundkultur, place: hela}
adopted: {body: Exempelnämnden norr, on: 2026-11-01, reference: EXN 2026/310}
valid: null
builds_on: [socialnamnden-2019-med-grundkrav]
facts:
  dogs_in_activity:
    type: whole_number
    label: {sv: Antal hundar i verksamheten}
    level: activity
    supplied_by: applicant
    range: [0, 500]
  dog_leader:
    type: yes_no
    label: {sv: Ledaren har gått hundförarkurs}
    level: activity
    supplied_by: applicant
lists:
  ord-att-titta-pa:
    label: {sv: Ord att titta på}
    entries:
      - {entry: hundkamp*, why: Hördes vid en visning 2025, source: Tjänsteanteckning 12, by: Handläggaren,
         on: 2026-10-01, review_on: 2027-10-01}
criteria:
  # Minst två hundar, så att det är en grupp
  - id: minst-tva-hundar
    label: {sv: Minst två hundar är med}
    applies_to: [grant]
    level: activity
    kind: automatic
    moment: before
    condition: {fact: dogs_in_activity, at_least: 2}
    if_not_met: assess
    sources: [{document: Riktlinjer för hundkultur, place: 2 §}]
  - id: utbildad-ledare
    label: {sv: Ledaren är utbildad}
    applies_to: [grant]
    level: activity
    kind: declaration
    moment: before
    condition: {fact: dog_leader, equal: true}
    if_not_met: complete
    sources: [{document: Riktlinjer för hundkultur, place: 3 §}]
  - id: ord-i-beskrivningen
    label: {sv: Ord som behöver läsas av en person}
    applies_to: [grant]
    level: activity
    kind: signal
    moment: before
    condition: {fact: purpose, matches_list: {list: ord-att-titta-pa}}
    if_not_met: assess
    sources: [{document: Riktlinjer för hundkultur, place: 4 §}]
  - use: medlemmar-minst
    settings: {required_members: 5}
    sources: [{document: Riktlinjer för hundkultur, place: 1 §}]
routine:
  owner: Kulturchefen
  steps: [Handläggaren går igenom ansökan, Nämnden beslutar]
  anchored: Nämndens intranät
  review_on: 2027-11-01
"""
CASES = """\
- name: En ensam hund behöver bedömas
  kind: grant
  on: 2027-02-01
  facts: {dogs_in_activity: 1, dog_leader: true}
  expect: {proposal: complete, results: {minst-tva-hundar: not_met, utbildad-ledare: met}}
- name: Två hundar räcker
  kind: grant
  on: 2027-02-01
  facts: {dogs_in_activity: 2}
  expect: {proposal: complete, results: {minst-tva-hundar: met, utbildad-ledare: unknown}}
- name: Allt som krävs finns
  kind: grant
  'on': 2027-02-01
  facts: {name_in_application: Föreningen Exempelstigen, organisation_number: '8029990234', application_date: 2027-02-01,
    avstand_valdsbejakande_uttryck_signed: true, legal_form: ideell_forening, statutes_document: true, board_elected_on: 2027-02-01,
    annual_minutes: true, signed: true, annual_meeting_held_on: 2026-02-01, activity_report: true, accounts: true,
    audit_report: true, audit_signed: true, signed_by_role: Exempel, signed_on: 2027-02-01, giro_number: Exempel,
    giro_holder_is_association: true, deadline: 2027-02-01, received_on: 2027-02-01, members_total: 5, unreported_grants: 0,
    dogs_in_activity: 20, dog_leader: true}
  assessments: {demokratisk-rattsstat: met, manskliga-rattigheter: met, jamstalldhet-kvinnor-man: met, uppmuntrar-ej-vbe: met,
    mojliggor-ej-vbe: met, samverkar-ej-i-strid: met, anlitar-ej-i-strid: met}
  expect:
    proposal: approve
    results: {medlemmar-minst: met}
- name: Fyra medlemmar är för få
  kind: grant
  'on': 2027-02-01
  facts: {name_in_application: Föreningen Exempelstigen, organisation_number: '8029990234', application_date: 2027-02-01,
    avstand_valdsbejakande_uttryck_signed: true, legal_form: ideell_forening, statutes_document: true, board_elected_on: 2027-02-01,
    annual_minutes: true, signed: true, annual_meeting_held_on: 2026-02-01, activity_report: true, accounts: true,
    audit_report: true, audit_signed: true, signed_by_role: Exempel, signed_on: 2027-02-01, giro_number: Exempel,
    giro_holder_is_association: true, deadline: 2027-02-01, received_on: 2027-02-01, unreported_grants: 0, dogs_in_activity: 20,
    dog_leader: true, members_total: 4}
  assessments: {demokratisk-rattsstat: met, manskliga-rattigheter: met, jamstalldhet-kvinnor-man: met, uppmuntrar-ej-vbe: met,
    mojliggor-ej-vbe: met, samverkar-ej-i-strid: met, anlitar-ej-i-strid: met}
  expect:
    proposal: refuse
    results: {medlemmar-minst: not_met}
"""
