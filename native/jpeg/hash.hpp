// The bytes of a JPEG to its PDQ hashes, without ever holding the picture.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "../pdq/row_sink.hpp"
#include "decompressor.hpp"

namespace doorward::jpeg {

struct Task {
    bool luma;  // from the Y plane alone, where the file has one that tells enough
    pdq::Profile profile;
    pdq::Orientations wanted;
    std::uint64_t max_pixels;
};

struct Result {
    Outcome outcome = Outcome::kDamaged;
    std::size_t width = 0;  // 0 where there is no header to tell
    std::size_t height = 0;
    bool exact = true;              // from RGB, and the reference's bits
    bool repeated = false;          // decoded a second time, because the first did not settle it
    std::vector<pdq::Hash> hashes;  // none unless kGood
};

// A luma plane of a lower quality than this is looked at in colour at once: the little that such a hash
// tells would all be rounding and clamped colours.
constexpr int kLumaMinQuality = 60;

// Decodes `data` into the fast sink and, where that is not certain of an exact hash, again into the
// faithful one. May throw std::bad_alloc; every fault of the file is an outcome.
Result hash(const std::uint8_t* data, std::size_t size, const Task& task);

}  // namespace doorward::jpeg
