#include "decimation.hpp"

#include <algorithm>
#include <utility>

namespace doorward::pdq {
namespace {

struct Range {
    std::size_t begin;
    std::size_t end;

    std::size_t length() const { return end - begin; }
};

// What the box around `place` covers. At the edges it is cut off, and its mean is that of what is left.
Range box_around(std::size_t place, std::size_t side) {
    const std::size_t window = box_window(side);
    const std::size_t ahead = places_ahead(window);
    const std::size_t behind = window - 1 - ahead;
    return {place - std::min(place, behind), std::min(place + ahead + 1, side)};
}

// How often the boxes around the places of `outer` that have this length cover each place.
Part coverage(std::size_t out, const Range& outer, std::size_t length, std::size_t side) {
    Part part{out, side, {}, 1.0 / (static_cast<double>(outer.length()) * static_cast<double>(length))};
    for (std::size_t at = outer.begin; at < outer.end; ++at) {
        const Range inner = box_around(at, side);
        if (inner.length() != length) {
            continue;
        }
        part.begin = std::min(part.begin, inner.begin);
        part.weights.resize(inner.end - part.begin, 0);
        for (std::size_t k = inner.begin; k < inner.end; ++k) {
            ++part.weights[k - part.begin];
        }
    }
    return part;
}

// Parts with larger weights, from sides beyond 128 * kMaxWeight, become several with smaller ones.
void append_in_small_weights(Part part, std::vector<Part>& parts) {
    while (!part.weights.empty()) {
        Part taken = part;
        bool left = false;
        for (std::size_t k = 0; k < taken.weights.size(); ++k) {
            taken.weights[k] = std::min(taken.weights[k], kMaxWeight);
            part.weights[k] = static_cast<std::uint16_t>(part.weights[k] - taken.weights[k]);
            left = left || part.weights[k] != 0;
        }
        parts.push_back(std::move(taken));
        if (!left) {
            return;
        }
    }
}

std::vector<std::size_t> lengths_of_boxes(const Range& outer, std::size_t side) {
    std::vector<std::size_t> lengths;
    for (std::size_t at = outer.begin; at < outer.end; ++at) {
        const std::size_t length = box_around(at, side).length();
        if (std::find(lengths.begin(), lengths.end(), length) == lengths.end()) {
            lengths.push_back(length);
        }
    }
    return lengths;
}

// The mean of means around a place: a tent, where neither box is cut off. Boxes of another length than
// most (one at the far edge, at times) have another weight, hence a part of their own.
void append_place(std::size_t out, std::size_t side, std::vector<Part>& parts) {
    const Range outer = box_around(sampled_place(out, side), side);
    for (const std::size_t length : lengths_of_boxes(outer, side)) {
        append_in_small_weights(coverage(out, outer, length, side), parts);
    }
}

void reverse(Part& part, std::size_t side) {
    part.begin = side - part.end();
    std::reverse(part.weights.begin(), part.weights.end());
}

}  // namespace

std::vector<Part> parts_of(std::size_t side, bool reversed) {
    std::vector<Part> parts;
    for (std::size_t out = 0; out < kSmallSide; ++out) {
        append_place(out, side, parts);
    }
    if (reversed) {
        for (Part& part : parts) {
            reverse(part, side);
        }
    }
    std::stable_sort(parts.begin(), parts.end(),
                     [](const Part& one, const Part& other) { return one.end() < other.end(); });
    return parts;
}

}  // namespace doorward::pdq
