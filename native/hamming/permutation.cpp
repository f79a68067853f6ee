#include "permutation.hpp"

#include <bitset>
#include <cstring>

namespace doorward::hamming {

Permutation::Permutation(const std::uint8_t* places) : images_{} {
    std::bitset<kHashBits> taken;
    for (std::size_t bit = 0; bit < kHashBits; ++bit) {
        const std::size_t place = places[bit];
        if (taken.test(place)) {
            throw std::invalid_argument("permutation sends two bits to one place");
        }
        taken.set(place);
        for (std::size_t value = 0; value < 16; ++value) {
            if ((value >> (bit % 4)) & 1) {
                images_[bit / 4][value][place / 64] |= std::uint64_t{1} << (place % 64);
            }
        }
    }
}

Hash Permutation::operator()(const std::uint8_t* hash) const {
    Hash words{};
    for (std::size_t byte = 0; byte < kHashBytes; ++byte) {
        const Hash& low = images_[2 * byte][hash[byte] & 15];
        const Hash& high = images_[2 * byte + 1][hash[byte] >> 4];
        for (std::size_t k = 0; k < kWords; ++k) {
            words[k] |= low[k] | high[k];
        }
    }
    return words;
}

void permute(const Permutation& permutation, const std::uint8_t* hashes, std::size_t count,
             std::uint64_t* out) {
    for (std::size_t i = 0; i < count; ++i) {
        const Hash words = permutation(hashes + i * kHashBytes);
        std::memcpy(out + i * kWords, words.data(), kHashBytes);
    }
}

}  // namespace doorward::hamming
