#include "first_equal.hpp"

#include <cstring>
#include <vector>

#include "prefetch.hpp"

namespace doorward::hamming {
namespace {

constexpr std::size_t kAhead = 16;  // rows whose slot is asked for before it is needed

// The high and the low half of a 128-bit product, combined: every bit of either factor reaches every
// bit of the result.
std::uint64_t folded_product(std::uint64_t a, std::uint64_t b) {
#if defined(__SIZEOF_INT128__)
    __extension__ using Wide = unsigned __int128;
    const Wide product = static_cast<Wide>(a) * b;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
#else
    const std::uint64_t low = (a & 0xffffffffu) * (b & 0xffffffffu);
    const std::uint64_t high = (a >> 32) * (b >> 32);
    const std::uint64_t cross = (a >> 32) * (b & 0xffffffffu) ^ (a & 0xffffffffu) * (b >> 32);
    return low ^ high ^ (cross << 32) ^ (cross >> 32);
#endif
}

// One step of splitmix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014).
std::uint64_t splitmix64(std::uint64_t& state) {
    std::uint64_t z = (state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

// A hash function of four words, chosen by a seed.
class Keyed {
   public:
    explicit Keyed(std::uint64_t seed) {
        for (std::uint64_t& word : key_) {
            word = splitmix64(seed);
        }
    }
    std::uint64_t operator()(const std::uint64_t* words) const {
        const std::uint64_t half = folded_product(words[0] ^ key_[0], words[1] ^ key_[1]) ^ key_[4];
        const std::uint64_t rest = folded_product(words[2] ^ key_[2], words[3] ^ key_[3]);
        return folded_product(half ^ rest, key_[5] | 1) + rest;
    }

   private:
    std::array<std::uint64_t, 6> key_;
};

// Open addressing, at most half full. A slot holds one more than a row, and 32 bits of its hash value
// so that other rows are seldom read.
class Table {
   public:
    explicit Table(std::size_t count) {
        std::size_t size = 16;
        while (size < 2 * count) {
            size *= 2;
        }
        slots_.resize(size);
    }
    void expect(std::uint64_t value) const { prefetch(&slots_[value & (slots_.size() - 1)]); }

    // The row that stands for `row`: an equal one that came before, or itself, from now on.
    std::uint32_t settle(const std::uint64_t* hashes, std::uint32_t row, std::uint64_t value) {
        const std::uint64_t* words = hashes + row * kWords;
        for (std::size_t place = value & (slots_.size() - 1);; place = (place + 1) & (slots_.size() - 1)) {
            const std::uint64_t slot = slots_[place];
            if (slot == 0) {
                slots_[place] = (value >> 32 << 32) | (std::uint64_t{row} + 1);
                return row;
            }
            const std::uint32_t other = static_cast<std::uint32_t>(slot) - 1;
            if (slot >> 32 == value >> 32 &&
                std::memcmp(hashes + other * kWords, words, kHashBytes) == 0) {
                return other;
            }
        }
    }

   private:
    std::vector<std::uint64_t> slots_;
};

}  // namespace

void first_equal(const std::uint64_t* hashes, std::size_t count, std::uint64_t seed,
                 std::uint32_t* first) {
    const Keyed keyed(seed);
    Table table(count);
    std::array<std::uint64_t, kAhead> values{};  // a ring: of the rows that are expected
    for (std::size_t i = 0; i < count + kAhead; ++i) {
        std::uint64_t& value = values[i % kAhead];
        if (i >= kAhead) {
            const std::size_t row = i - kAhead;
            first[row] = table.settle(hashes, static_cast<std::uint32_t>(row), value);
        }
        if (i < count) {
            value = keyed(hashes + i * kWords);
            table.expect(value);
        }
    }
}

}  // namespace doorward::hamming
