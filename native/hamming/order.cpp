#include "order.hpp"

#include <algorithm>
#include <array>

namespace doorward::hamming {
namespace {

constexpr std::size_t kMany = 1024;  // from here on sorting digit by digit is faster than comparing
constexpr unsigned kDigitBits = 8;
constexpr unsigned kIdDigits = 64 / kDigitBits;
constexpr unsigned kDigits = kIdDigits + 2;  // the lowest of the id first, the highest of the distance last

bool before(const Answer& a, const Answer& b) {
    return a.distance != b.distance ? a.distance < b.distance : a.id < b.id;
}

unsigned digit_of(const Answer& answer, unsigned digit) {
    if (digit < kIdDigits) {
        return static_cast<unsigned>((answer.id >> (kDigitBits * digit)) & 0xffu);
    }
    return (static_cast<unsigned>(answer.distance) >> (kDigitBits * (digit - kIdDigits))) & 0xffu;
}

// One stable step of a radix sort. False, and nothing done, if all have the same digit.
bool sort_by_digit(const std::vector<Answer>& in, unsigned digit, std::vector<Answer>& out) {
    std::array<std::size_t, std::size_t{1} << kDigitBits> places{};
    for (const Answer& answer : in) {
        ++places[digit_of(answer, digit)];
    }
    if (places[digit_of(in.front(), digit)] == in.size()) {
        return false;
    }
    std::size_t sum = 0;
    for (std::size_t& place : places) {
        sum += place;
        place = sum - place;
    }
    for (const Answer& answer : in) {
        out[places[digit_of(answer, digit)]++] = answer;
    }
    return true;
}

}  // namespace

void order(std::vector<Answer>& answers, std::size_t first) {
    const auto begin = answers.begin() + static_cast<std::ptrdiff_t>(first);
    if (answers.size() - first < kMany) {
        std::sort(begin, answers.end(), before);
        return;
    }
    std::vector<Answer> sorted(begin, answers.end());
    std::vector<Answer> room(sorted.size());
    for (unsigned digit = 0; digit < kDigits; ++digit) {
        if (sort_by_digit(sorted, digit, room)) {
            sorted.swap(room);
        }
    }
    std::copy(sorted.begin(), sorted.end(), begin);
}

}  // namespace doorward::hamming
