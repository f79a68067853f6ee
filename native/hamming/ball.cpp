#include "ball.hpp"

namespace doorward::hamming {
namespace {

int bits_of(unsigned mask) {
    int bits = 0;
    for (; mask != 0; mask &= mask - 1) {
        ++bits;
    }
    return bits;
}

Ball make_ball() {
    Ball made{};
    for (int distance = 0; distance <= kMaxThreshold; ++distance) {
        made.offsets[static_cast<std::size_t>(distance)] = made.masks.size();
        for (unsigned mask = 0; mask < kKeys; ++mask) {
            if (bits_of(mask) == distance) {
                made.masks.push_back(static_cast<std::uint16_t>(mask));
            }
        }
    }
    made.offsets[kMaxThreshold + 1] = made.masks.size();
    return made;
}

}  // namespace

const Ball& ball() {
    static const Ball once = make_ball();
    return once;
}

}  // namespace doorward::hamming
