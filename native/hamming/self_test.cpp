#include "self_test.hpp"

#include <algorithm>
#include <cstring>
#include <numeric>
#include <vector>

#include "numbers.hpp"

namespace doorward::hamming {
namespace {

constexpr std::size_t kHashes = 131;   // several groups of any set, and a rest
constexpr std::size_t kEntries = 203;  // likewise

constexpr std::uint64_t kSeed = 0x2545f4914f6cdd1du;

struct Inputs {
    Hash query{};
    std::vector<std::uint64_t> hashes;
    std::vector<std::uint16_t> nexts;
    std::vector<std::uint32_t> rows;
};

// Hashes at every distance from the query: as many of its leading bits are turned as the row says.
Inputs make_inputs() {
    Numbers number{kSeed};
    Inputs inputs;
    for (std::uint64_t& word : inputs.query) {
        word = number();
    }
    for (std::size_t row = 0; row < kHashes; ++row) {
        for (std::size_t k = 0; k < kWords; ++k) {
            const std::size_t turned = std::min<std::size_t>(64, 2 * row > 64 * k ? 2 * row - 64 * k : 0);
            const std::uint64_t mask = turned == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << turned) - 1;
            inputs.hashes.push_back(row % 3 == 0 ? number() : inputs.query[k] ^ mask);
        }
        inputs.rows.push_back(static_cast<std::uint32_t>(number() % kHashes));
    }
    for (std::size_t i = 0; i < kEntries; ++i) {
        inputs.nexts.push_back(static_cast<std::uint16_t>(number() & number()));
    }
    return inputs;
}

using Places = std::vector<std::uint32_t>;

Places filtered(const Kernels& kernels, const Inputs& inputs, std::size_t begin, std::size_t end,
                unsigned limit) {
    Places found(end - begin);
    found.resize(kernels.filter(inputs.nexts.data(), begin, end, inputs.nexts.size(), inputs.nexts[7],
                                limit, found.data()));
    return found;
}

bool filters_agree(const Kernels& one, const Kernels& other, const Inputs& inputs) {
    for (unsigned limit = 0; limit <= kChunkBits + 1; ++limit) {
        for (std::size_t length = 0; length <= 67; ++length) {
            for (const std::size_t begin : {std::size_t{0}, std::size_t{5}, kEntries - length}) {
                if (filtered(one, inputs, begin, begin + length, limit) !=
                    filtered(other, inputs, begin, begin + length, limit)) {
                    return false;
                }
            }
        }
    }
    return true;
}

std::vector<std::uint32_t> scanned(const Kernels& kernels, const Inputs& inputs, std::size_t begin,
                                   unsigned radius) {
    std::vector<Hit> hits(kHashes - begin);
    hits.resize(kernels.scan(inputs.query.data(), inputs.hashes.data(), begin, kHashes, radius, hits.data()));
    std::vector<std::uint32_t> flat;
    for (const Hit& hit : hits) {
        flat.push_back(hit.row);
        flat.push_back(hit.distance);
    }
    return flat;
}

bool scans_agree(const Kernels& one, const Kernels& other, const Inputs& inputs) {
    for (const unsigned radius : {0u, 1u, 30u, 31u, 63u, 64u, 128u, 255u, 256u}) {
        for (std::size_t begin = 0; begin <= 17; ++begin) {
            if (scanned(one, inputs, begin, radius) != scanned(other, inputs, begin, radius)) {
                return false;
            }
        }
    }
    return scanned(one, inputs, kHashes, kHashBits) == scanned(other, inputs, kHashes, kHashBits);
}

using Distances = std::vector<std::uint16_t>;

Distances gathered(const Kernels& kernels, const Inputs& inputs) {
    Distances distances(kHashes);
    kernels.gather(inputs.query.data(), inputs.hashes.data(), inputs.rows.data(), kHashes, distances.data());
    return distances;
}

// From an odd address, which callers are allowed to have.
Distances measured(const Kernels& kernels, const Inputs& inputs) {
    std::vector<std::uint8_t> bytes(kHashes * kHashBytes + 1);
    std::memcpy(bytes.data() + 1, inputs.hashes.data(), kHashes * kHashBytes);
    Distances distances(kHashes);
    kernels.distances(bytes.data() + 5, bytes.data() + 1, kHashes, distances.data());
    return distances;
}

}  // namespace

bool agree(const Kernels& one, const Kernels& other) {
    const Inputs inputs = make_inputs();
    return filters_agree(one, other, inputs) && scans_agree(one, other, inputs) &&
           gathered(one, inputs) == gathered(other, inputs) &&
           measured(one, inputs) == measured(other, inputs);
}

}  // namespace doorward::hamming
