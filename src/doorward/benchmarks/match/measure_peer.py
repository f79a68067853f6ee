"""A measuring process for one peer: `python -m doorward.benchmarks.match.measure_peer`."""

from doorward.benchmarks.children import answer, question
from doorward.benchmarks.match.measuring import measure
from doorward.benchmarks.match.peers import PEERS
from doorward.benchmarks.match.plan import Plan

if __name__ == "__main__":
    asked = question()
    name = asked["peer"]
    answer(measure(PEERS[name].make(), Plan.from_json(asked["plan"]), name).to_json())
