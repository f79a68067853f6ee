// The pdq kernels as Python sees them. The GIL is released while they run.
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <stdexcept>
#include <string>
#include <tuple>

#include "../arrays.hpp"
#include "hashers.hpp"

namespace nb = nanobind;
using namespace nb::literals;

namespace doorward {
namespace {

using Pixels = Array<const std::uint8_t, nb::shape<-1, -1, -1>>;
using Grid = nb::ndarray<nb::numpy, double, nb::ndim<2>>;
using HashTuple = std::tuple<int, nb::bytes, int, bool>;  // EXIF's orientation, bits, quality, certain

pdq::Shape shape_of(const Pixels& pixels) {
    return {pixels.shape(0), pixels.shape(1), pixels.shape(2)};
}

std::vector<HashTuple> as_tuples(const std::vector<pdq::Hash>& hashes) {
    std::vector<HashTuple> tuples;
    for (const pdq::Hash& hash : hashes) {
        tuples.emplace_back(static_cast<int>(hash.orientation), nb::bytes(hash.bits.data(), hash.bits.size()),
                            hash.quality, hash.certain);
    }
    return tuples;
}

pdq::Profile profile_of(bool nearest) {
    return nearest ? pdq::Profile::nearest_512 : pdq::Profile::full;
}

template <typename Compute>
std::vector<HashTuple> without_gil(const Compute& compute) {
    std::vector<pdq::Hash> hashes;
    {
        const nb::gil_scoped_release released;
        hashes = compute();
    }
    return as_tuples(hashes);
}

std::vector<HashTuple> hashes(const Pixels& pixels, bool nearest, pdq::Orientations wanted) {
    return without_gil(
        [&] { return pdq::hashes_of(pixels.data(), shape_of(pixels), profile_of(nearest), wanted); });
}

// Row by row, as a decoder delivers them.
std::vector<HashTuple> streamed(const Pixels& pixels, bool nearest, pdq::Orientations wanted, bool faithful) {
    return without_gil([&] {
        const pdq::Shape shape = shape_of(pixels);
        const auto make = faithful ? pdq::make_reference : pdq::make_reduction;
        const auto hasher = make(shape, profile_of(nearest), wanted);
        for (std::size_t y = 0; y < shape.height; ++y) {
            hasher->row(pixels.data() + y * shape.width * shape.channels);
        }
        return hasher->hashes();
    });
}

template <typename Rows>
Grid as_grid(const Rows& rows) {
    const std::size_t height = rows.size();
    const std::size_t width = rows.front().size();
    auto* const values = new double[height * width];
    const nb::capsule owner(values, [](void* of) noexcept { delete[] static_cast<double*>(of); });
    for (std::size_t i = 0; i < height * width; ++i) {
        values[i] = static_cast<double>(rows[i / width][i % width]);
    }
    return Grid(values, {height, width}, owner);
}

std::tuple<Grid, Grid> transform(const Pixels& pixels, bool faithful, const std::string& instructions) {
    const pdq::Shape shape = shape_of(pixels);
    const pdq::Kernels* const kernels = pdq::kernels_for(instructions);
    if (kernels == nullptr) {
        throw std::invalid_argument("no such instruction set here: " + instructions);
    }
    const std::size_t stride = shape.width * shape.channels;
    if (faithful) {
        pdq::Reference reference(shape, *kernels);
        reference.rows(pixels.data(), shape.height, stride);
        reference.finish();
        return {as_grid(reference.small()), as_grid(pdq::spectrum_of(reference.small()))};
    }
    pdq::Reduction reduction(shape, pdq::only(pdq::Orientation::upright), *kernels);
    reduction.rows(pixels.data(), shape.height, stride);
    reduction.finish();
    const auto small = reduction.small(pdq::turn_to(pdq::Orientation::upright));
    return {as_grid(small), as_grid(pdq::spectrum_of(small))};
}

}  // namespace

void bind_pdq(nb::module_& module) {
    module.def("pdq_hashes", &hashes, "pixels"_a.noconvert(), "nearest"_a, "wanted"_a,
               "PDQ of pixels (uint8[h, w, 1 or 3]) in each orientation of the set `wanted`.");
    module.def("pdq_streamed", &streamed, "pixels"_a.noconvert(), "nearest"_a, "wanted"_a, "faithful"_a,
               "The same row by row, by the linear pass alone or by the faithful one alone.");
    module.def("pdq_transform", &transform, "pixels"_a.noconvert(), "faithful"_a, "instructions"_a = "",
               "The 64x64 and the 16x16 frequencies of either pass.");
    module.def("pdq_instruction_sets", &pdq::instruction_sets,
               "The sets of kernels that run on this processor, the best first.");
}

}  // namespace doorward
