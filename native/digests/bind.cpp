// The search among digests as Python sees it.
#include <stdexcept>
#include <utility>

#include "../arrays.hpp"
#include "runs.hpp"

#include <nanobind/stl/pair.h>

namespace nb = nanobind;
using namespace nb::literals;

namespace doorward {
namespace {

using Digests = Array<const std::uint8_t, nb::shape<-1, -1>>;
using Runs = Array<std::uint64_t, nb::shape<-1, 2>>;

DigestRows rows_of(const Digests& digests, std::size_t width) {
    if (digests.shape(1) != width) {
        throw std::invalid_argument("a digest must be as wide as those in the list");
    }
    return {digests.data(), digests.shape(0), width};
}

std::pair<std::size_t, std::size_t> run_of(const Digests& digests, const nb::bytes& digest) {
    const Run run = equal_rows(rows_of(digests, digest.size()),
                               reinterpret_cast<const std::uint8_t*>(digest.c_str()));
    return {run.begin, run.end};
}

void runs_of(const Digests& digests, const Digests& queries, const Runs& out) {
    if (out.shape(0) != queries.shape(0)) {
        throw std::invalid_argument("out must have one place for each query");
    }
    const DigestRows rows = rows_of(digests, queries.shape(1));
    const nb::gil_scoped_release released;
    for (std::size_t i = 0; i < queries.shape(0); ++i) {
        const Run run = equal_rows(rows, queries.data() + i * rows.width);
        out.data()[2 * i] = run.begin;
        out.data()[2 * i + 1] = run.end;
    }
}

}  // namespace

void bind_digests(nb::module_& module) {
    // One look-up takes about as long as letting go of the GIL and taking it again: it is kept.
    module.def("digest_run", &run_of, "digests"_a.noconvert(), "digest"_a,
               "The first row of digests (uint8[n, w], ascending) that equals digest, and the row after the last.");
    module.def("digest_runs", &runs_of, "digests"_a.noconvert(), "queries"_a.noconvert(), "out"_a.noconvert(),
               "The same for each of queries (uint8[m, w]), written to out (uint64[m, 2]).");
}

}  // namespace doorward
