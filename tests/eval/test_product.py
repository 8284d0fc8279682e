"""The product passes its gate, every planted fault fails it, and no harmless change does."""

import json

import pytest

from eval.gate import codes
from eval.selftest.main import FAULTS, choose

pytestmark = [pytest.mark.integration, pytest.mark.quiet, pytest.mark.timeout(1800)]


@pytest.fixture(scope="session")
def bites(selftest):
    """What the gate said of all golden questions asked of the real product, as it is and with each change."""
    return {bite["name"]: bite for bite in json.loads(selftest.end())}


def test_the_product_passes_the_gate(bites):
    assert bites["nothing"]["code"] == codes.PASSED, bites["nothing"]["caught_by"]


@pytest.mark.parametrize("name", [change.name for change in choose([])])
def test_the_gate_fails_for_a_fault_and_only_for_a_fault(bites, name):
    assert bites[name]["right"], bites[name]


def test_there_are_faults_of_every_stage_of_the_product():
    assert len(FAULTS) >= 25
    stages = {change.stage for change in FAULTS}
    assert stages == {"corpus", "retrieval", "understanding", "abstention", "quoting", "citations", "answer", "model"}
    assert sum(change.stage == "harmless" for change in choose([])) >= 5
