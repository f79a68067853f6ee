#include "runs.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace doorward {
namespace {

constexpr std::size_t kKeyBytes = 8;     // of the beginning of a digest, by which places are guessed
constexpr double kKeys = 18446744073709551616.0;  // 2^64: as many as there are
constexpr double kMargin = 2.0;          // sqrt(n) on either side: four standard deviations
constexpr std::size_t kShort = 64;       // rows among which guessing gains nothing over halving

// The first bytes of a digest as a share of all there could be. Rounding only makes a guess worse.
double share(const std::uint8_t* digest, std::size_t width) {
    std::uint64_t key = 0;
    for (std::size_t i = 0; i < kKeyBytes; ++i) {
        key = key << 8 | (i < width ? digest[i] : 0u);
    }
    return static_cast<double>(key) / kKeys;
}

// A search under way: rows before `low` come before the digest, rows from `high` on do not.
class Bracket {
public:
    Bracket(const DigestRows& rows, const std::uint8_t* digest)
        : rows_(rows), digest_(digest), share_(share(digest, rows.width)), high_(rows.count) {}

    std::size_t rows_left() const { return high_ - low_; }

    std::size_t low() const { return low_; }

    // One probe on either side of where the digest should stand.
    void guess() {
        const double left = static_cast<double>(rows_left());
        const double within = std::clamp((share_ - low_share_) / (high_share_ - low_share_), 0.0, 1.0);
        const double place = static_cast<double>(low_) + left * within;
        const double margin = kMargin * std::sqrt(left);
        for (const double at : {place - margin, place + margin}) {
            if (at >= static_cast<double>(low_) && at < static_cast<double>(high_)) {
                probe(static_cast<std::size_t>(at));
            }
        }
    }

    void halve() { probe(low_ + rows_left() / 2); }

    bool can_guess() const { return rows_left() > kShort && low_share_ < high_share_; }

private:
    void probe(std::size_t row) {
        const std::uint8_t* found = rows_.bytes + row * rows_.width;
        if (std::memcmp(found, digest_, rows_.width) < 0) {
            low_ = row + 1;
            low_share_ = share(found, rows_.width);
        } else {
            high_ = row;
            high_share_ = share(found, rows_.width);
        }
    }

    const DigestRows& rows_;
    const std::uint8_t* digest_;
    double share_;
    std::size_t low_ = 0;
    std::size_t high_;
    double low_share_ = 0.0;
    double high_share_ = 1.0;
};

std::size_t first_not_before(const DigestRows& rows, const std::uint8_t* digest) {
    Bracket bracket(rows, digest);
    while (bracket.can_guess()) {
        const std::size_t before = bracket.rows_left();
        bracket.guess();
        if (bracket.rows_left() > before / 2) {
            break;
        }
    }
    while (bracket.rows_left() > 0) {
        bracket.halve();
    }
    return bracket.low();
}

}  // namespace

Run equal_rows(const DigestRows& rows, const std::uint8_t* digest) {
    const auto equal = [&](std::size_t row) {
        return std::memcmp(rows.bytes + row * rows.width, digest, rows.width) == 0;
    };
    const std::size_t begin = first_not_before(rows, digest);
    if (begin == rows.count || !equal(begin)) {
        return {begin, begin};
    }
    // A digest may stand in a list a million times: leap, then halve the last leap.
    std::size_t step = 1;
    while (step < rows.count - begin && equal(begin + step)) {
        step *= 2;
    }
    std::size_t low = begin + step / 2 + 1;  // rows before it are equal
    std::size_t high = std::min(begin + step, rows.count);  // rows from it on are not
    while (low < high) {
        const std::size_t middle = low + (high - low) / 2;
        if (equal(middle)) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return {begin, high};
}

}  // namespace doorward
