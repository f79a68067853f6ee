// Counting bits without a processor's help. Each source that includes this gets its own copy (an
// anonymous namespace), because sources here are compiled for different processors and the linker
// must never give one processor the code made for another.
#pragma once

#include <cstdint>

namespace doorward::hamming {
namespace {

// Bits that are set in each 16-bit field of a word, by adding ever wider fields
// (Warren, "Hacker's Delight", 2nd ed., §5-1). Field by field, so that compilers vectorise it.
[[maybe_unused]] inline std::uint16_t popcount16(std::uint16_t field) {
    unsigned bits = field;
    bits = bits - ((bits >> 1) & 0x5555u);
    bits = (bits & 0x3333u) + ((bits >> 2) & 0x3333u);
    bits = (bits + (bits >> 4)) & 0x0f0fu;
    return static_cast<std::uint16_t>((bits + (bits >> 8)) & 0x1fu);
}

// Bits that are set in four words together. Up to the byte fields each word is on its own; the sum
// of four byte fields is at most 32, so they can be added before they are widened.
[[maybe_unused]] inline unsigned popcount256(const std::uint64_t* words) {
    std::uint64_t bytes = 0;
    for (int k = 0; k < 4; ++k) {
        std::uint64_t bits = words[k];
        bits = bits - ((bits >> 1) & 0x5555555555555555u);
        bits = (bits & 0x3333333333333333u) + ((bits >> 2) & 0x3333333333333333u);
        bytes += (bits + (bits >> 4)) & 0x0f0f0f0f0f0f0f0fu;
    }
    const std::uint64_t pairs =
        (bytes & 0x00ff00ff00ff00ffu) + ((bytes >> 8) & 0x00ff00ff00ff00ffu);  // each at most 64
    return static_cast<unsigned>((pairs * 0x0001000100010001u) >> 48);
}

}  // namespace
}  // namespace doorward::hamming
