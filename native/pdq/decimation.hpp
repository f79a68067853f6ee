// Which rows (or columns) of a picture PDQ averages, and where it then looks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace doorward::pdq {

constexpr std::size_t kSmallSide = 64;  // the picture is brought to 64x64 before its transform

// Length of each of the two box filters along a side. Two boxes of half a cell make a tent of one cell.
constexpr std::size_t box_window(std::size_t side) {
    return (side + 2 * kSmallSide - 1) / (2 * kSmallSide);
}

// How many places ahead of its own a box looks: a box of 7 reaches 3 back and 3 ahead, one of 8 reaches
// 3 back and 4 ahead. So an even box is off its centre, and PDQ of a mirrored picture is not the mirrored PDQ.
constexpr std::size_t places_ahead(std::size_t window) {
    return window / 2;
}

// The place in a side that becomes place `out` of 64: the centre of its cell, rounded down.
constexpr std::size_t sampled_place(std::size_t out, std::size_t side) {
    return (2 * out + 1) * side / (2 * kSmallSide);
}

// A part of what one place of the 64 is made of: weights[k] times place begin + k, all of it times scale.
// The parts of a place are added up. Weights are whole and small, so that sums of bytes are exact.
struct Part {
    std::size_t out;
    std::size_t begin;
    std::vector<std::uint16_t> weights;
    double scale;

    std::size_t end() const { return begin + weights.size(); }
};

constexpr std::size_t kMaxSide = 131'072;  // so that the sums of a part have room in 32 bits
constexpr std::uint16_t kMaxWeight = 64;  // four products with a byte have room in 16 bits

// The parts of all 64 places of a side, in the order in which their last row comes. With `reversed` they
// are those of the side read backwards, in terms of places read forwards.
std::vector<Part> parts_of(std::size_t side, bool reversed);

}  // namespace doorward::pdq
