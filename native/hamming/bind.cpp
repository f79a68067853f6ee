// The Hamming kernels as Python sees them. The GIL is released while a kernel runs.
#include <stdexcept>

#include "../arrays.hpp"
#include "distances.hpp"

namespace nb = nanobind;
using namespace nb::literals;

namespace doorward {
namespace {

using Hash = Array<const std::uint8_t, nb::shape<kHashBytes>>;
using Hashes = Array<const std::uint8_t, nb::shape<-1, kHashBytes>>;
using Distances = Array<std::uint16_t, nb::shape<-1>>;

void distances_to(const Hash& query, const Hashes& hashes, const Distances& out) {
    if (out.shape(0) != hashes.shape(0)) {
        throw std::invalid_argument("out must have one place for each hash");
    }
    const nb::gil_scoped_release released;
    hamming_distances(query.data(), hashes.data(), hashes.shape(0), out.data());
}

}  // namespace

void bind_hamming(nb::module_& module) {
    // Without noconvert an array of another type or layout would be converted, and the distances
    // written to a copy that nobody reads.
    module.def("hamming_distances", &distances_to, "query"_a.noconvert(), "hashes"_a.noconvert(),
               "out"_a.noconvert(),
               "Writes to out[i] the bits in which hashes[i] (uint8[n, 32]) differs from query (uint8[32]).");
}

}  // namespace doorward
