// The Python face of the kernels. Arrays come in uncopied; the GIL is released while a kernel runs.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include <stdexcept>

#include "hamming.hpp"

namespace nb = nanobind;

namespace {

using Hash = nb::ndarray<const std::uint8_t, nb::shape<32>, nb::c_contig, nb::device::cpu>;
using Hashes = nb::ndarray<const std::uint8_t, nb::shape<-1, 32>, nb::c_contig, nb::device::cpu>;
using Distances = nb::ndarray<std::uint16_t, nb::shape<-1>, nb::c_contig, nb::device::cpu>;

void hamming_distances(const Hash& query, const Hashes& hashes, const Distances& out) {
    if (out.shape(0) != hashes.shape(0)) {
        throw std::invalid_argument("out must have one place for each hash");
    }
    const std::uint8_t* query_bytes = query.data();
    const std::uint8_t* hash_bytes = hashes.data();
    std::uint16_t* distances = out.data();
    const std::size_t count = hashes.shape(0);
    nb::gil_scoped_release released;
    doorward::hamming_distances(query_bytes, hash_bytes, count, distances);
}

}  // namespace

NB_MODULE(_native, module) {
    module.doc() = "Native kernels of Doorward.";
    module.def("hamming_distances", &hamming_distances, nb::arg("query"), nb::arg("hashes"), nb::arg("out"),
               "Writes to out[i] the Hamming distance (bits) between query (uint8[32]) and hashes[i] (uint8[n, 32]).");
}
