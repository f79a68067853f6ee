// The Hamming kernels as Python sees them. The GIL is released while a kernel runs.
//
// Everywhere `noconvert`: an array of another type or layout would be converted, and what is written
// to it would go to a copy that nobody reads.
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <stdexcept>

#include "../arrays.hpp"
#include "build.hpp"
#include "dispatch.hpp"
#include "first_equal.hpp"
#include "permutation.hpp"

namespace nb = nanobind;
using namespace nb::literals;

namespace doorward {

void bind_hamming_tables(nb::module_& module);

namespace {

using Places = Array<const std::uint8_t, nb::shape<hamming::kHashBits>>;
using Hash = Array<const std::uint8_t, nb::shape<hamming::kHashBytes>>;
using Hashes = Array<const std::uint8_t, nb::shape<-1, hamming::kHashBytes>>;
using Words = Array<const std::uint64_t, nb::shape<-1, hamming::kWords>>;
using WordsOut = Array<std::uint64_t, nb::shape<-1, hamming::kWords>>;
using Distances = Array<std::uint16_t, nb::shape<-1>>;
using Rows = Array<std::uint32_t, nb::shape<-1>>;
using Starts = Array<std::uint32_t, nb::shape<hamming::kChunks, hamming::kStarts>>;
using NextsOut = Array<std::uint16_t, nb::shape<hamming::kChunks, -1>>;
using RowsOut = Array<std::uint32_t, nb::shape<hamming::kChunks, -1>>;

void require(bool holds, const char* message) {
    if (!holds) {
        throw std::invalid_argument(message);
    }
}

void distances_to(const Hash& query, const Hashes& hashes, const Distances& out) {
    require(out.shape(0) == hashes.shape(0), "out must have one place for each hash");
    const nb::gil_scoped_release released;
    hamming::kernels_named("").distances(query.data(), hashes.data(), hashes.shape(0), out.data());
}

void permute(const Places& places, const Hashes& hashes, const WordsOut& out) {
    require(out.shape(0) == hashes.shape(0), "out must have one row for each hash");
    const nb::gil_scoped_release released;
    hamming::permute(hamming::Permutation(places.data()), hashes.data(), hashes.shape(0), out.data());
}

void first_equal(const Words& hashes, std::uint64_t seed, const Rows& out) {
    require(out.shape(0) == hashes.shape(0), "out must have one place for each hash");
    require(hashes.shape(0) < UINT32_MAX, "more hashes than a segment may have");
    const nb::gil_scoped_release released;
    hamming::first_equal(hashes.data(), hashes.shape(0), seed, out.data());
}

void build(const Words& hashes, const Starts& starts, const NextsOut& nexts, const RowsOut& rows) {
    const std::size_t count = hashes.shape(0);
    require(nexts.shape(1) == count && rows.shape(1) == count,
            "nexts and rows must have one column for each hash");
    require(count < UINT32_MAX, "more hashes than a segment may have");
    const nb::gil_scoped_release released;
    hamming::build(hashes.data(), count, starts.data(), nexts.data(), rows.data());
}

std::vector<std::string> instruction_sets() {
    std::vector<std::string> names;
    for (const hamming::Kernels* set : hamming::available()) {
        names.emplace_back(set->name);
    }
    return names;
}

// A set that gives wrong answers is never used; that there is one must not go unnoticed.
void warn_of_disagreeing_sets() {
    for (const hamming::Kernels* set : hamming::disagreeing()) {
        const nb::object logger = nb::module_::import_("logging").attr("getLogger")("doorward.native");
        logger.attr("warning")(
            "the %s kernels give other answers than the portable ones on this machine and are not used",
            set->name);
    }
}

}  // namespace

void bind_hamming(nb::module_& module) {
    module.def("hamming_distances", &distances_to, "query"_a.noconvert(), "hashes"_a.noconvert(),
               "out"_a.noconvert(),
               "Writes to out[i] the bits in which hashes[i] (uint8[n, 32]) differs from query (uint8[32]).");
    module.def("hamming_permute", &permute, "permutation"_a.noconvert(), "hashes"_a.noconvert(),
               "out"_a.noconvert(), "Writes to out (uint64[n, 4]) the permuted hashes (uint8[n, 32]).");
    module.def("hamming_first_equal", &first_equal, "hashes"_a.noconvert(), "seed"_a, "out"_a.noconvert(),
               "Writes to out[i] (uint32[n]) the first row of hashes (uint64[n, 4]) that equals row i.");
    module.def("hamming_build", &build, "hashes"_a.noconvert(), "starts"_a.noconvert(),
               "nexts"_a.noconvert(), "rows"_a.noconvert(),
               "Fills the tables of a segment from its permuted hashes (uint64[n, 4]).");
    module.def("hamming_instruction_sets", &instruction_sets,
               "The sets of kernels that run here and passed the self-test, the best first.");
    warn_of_disagreeing_sets();
    bind_hamming_tables(module);
}

}  // namespace doorward
