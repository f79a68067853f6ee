// JPEG to PDQ as Python sees it. The GIL is released while a file is decoded.
#include "../arrays.hpp"

#ifdef DOORWARD_HAS_LIBJPEG
#include <algorithm>
#include <memory>
#include <vector>

#include "hash.hpp"
#endif

namespace nb = nanobind;
using namespace nb::literals;

namespace doorward {

#ifdef DOORWARD_HAS_LIBJPEG
namespace {

using File = Array<const std::uint8_t, nb::ndim<1>>;

nb::tuple jpeg_hashes(const File& data, bool luma, bool nearest_512, unsigned wanted, std::uint64_t max_pixels) {
    const jpeg::Task task{luma, nearest_512 ? pdq::Profile::nearest_512 : pdq::Profile::full,
                          static_cast<pdq::Orientations>(wanted & pdq::kAllOrientations), max_pixels};
    jpeg::Result result;
    {
        const nb::gil_scoped_release released;
        result = jpeg::hash(data.data(), data.size(), task);
    }
    nb::list hashes;
    for (const pdq::Hash& each : result.hashes) {
        hashes.append(nb::make_tuple(static_cast<int>(each.orientation),
                                     nb::bytes(each.bits.data(), each.bits.size()), each.quality));
    }
    return nb::make_tuple(static_cast<int>(result.outcome), result.width, result.height, result.exact,
                          result.repeated, hashes);
}

// Keeps the rows, for those who want to see what the hashers are given.
class Picture : public pdq::RowSink {
  public:
    explicit Picture(std::size_t row_bytes, std::size_t rows) : row_bytes_(row_bytes) {
        bytes_.reserve(row_bytes * rows);
    }
    void row(const std::uint8_t* pixels) override { bytes_.insert(bytes_.end(), pixels, pixels + row_bytes_); }
    const std::vector<std::uint8_t>& bytes() const { return bytes_; }

  private:
    std::size_t row_bytes_;
    std::vector<std::uint8_t> bytes_;
};

nb::tuple jpeg_pixels(const File& data, bool luma, std::uint64_t max_pixels) {
    jpeg::Decompressor decompressor(data.data(), data.size());
    jpeg::Outcome outcome = decompressor.read_header(max_pixels);
    nb::object pixels = nb::none();
    std::size_t width = 0;
    std::size_t height = 0;
    if (outcome == jpeg::Outcome::kGood) {
        width = decompressor.width();
        height = decompressor.height();
        Picture picture(width * (luma ? 1 : 3), height);
        outcome = decompressor.decode(luma, picture);
        pixels = nb::bytes(picture.bytes().data(), picture.bytes().size());
    }
    return nb::make_tuple(static_cast<int>(outcome), width, height, pixels);
}

}  // namespace

void bind_jpeg(nb::module_& module) {
    module.def("jpeg_hashes", &jpeg_hashes, "data"_a.noconvert(), "luma"_a, "nearest_512"_a, "wanted"_a,
               "max_pixels"_a, "PDQ hashes of a JPEG's bytes; see the stub file.");
    module.def("jpeg_pixels", &jpeg_pixels, "data"_a.noconvert(), "luma"_a, "max_pixels"_a,
               "The rows that the hashers are given, for tests; see the stub file.");
}
#else
void bind_jpeg(nb::module_& module) {
    static_cast<void>(module);  // built without libjpeg: the function is not there, and Python sees it
}
#endif

}  // namespace doorward
