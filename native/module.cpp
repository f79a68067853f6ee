// The Python face of the kernels. Arrays come in uncopied; the GIL is released while a kernel runs.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include <stdexcept>

#include "hamming.hpp"

namespace nb = nanobind;
using namespace nb::literals;

namespace {

template <typename Value, typename Shape>
using Array = nb::ndarray<Value, Shape, nb::c_contig, nb::device::cpu>;

using Hash = Array<const std::uint8_t, nb::shape<doorward::kHashBytes>>;
using Hashes = Array<const std::uint8_t, nb::shape<-1, doorward::kHashBytes>>;
using Distances = Array<std::uint16_t, nb::shape<-1>>;

void hamming_distances(const Hash& query, const Hashes& hashes, const Distances& out) {
    if (out.shape(0) != hashes.shape(0)) {
        throw std::invalid_argument("out must have one place for each hash");
    }
    const nb::gil_scoped_release released;
    doorward::hamming_distances(query.data(), hashes.data(), hashes.shape(0), out.data());
}

}  // namespace

NB_MODULE(_native, module) {
    module.doc() = "Native kernels of Doorward.";
    // Without noconvert an array of another type or layout would be converted, and the distances
    // written to a copy that nobody reads.
    module.def("hamming_distances", &hamming_distances, "query"_a.noconvert(), "hashes"_a.noconvert(),
               "out"_a.noconvert(),
               "Writes to out[i] the bits in which hashes[i] (uint8[n, 32]) differs from query (uint8[32]).");
}
