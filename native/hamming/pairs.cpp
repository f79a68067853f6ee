#include "pairs.hpp"

#include <algorithm>

namespace doorward::hamming {

Bucket Pairs::more_of(std::uint32_t row) const {
    const std::uint32_t* end = segment_.more_rows + segment_.more;
    const auto [first, last] = std::equal_range(segment_.more_rows, end, row);
    return {static_cast<std::uint32_t>(first - segment_.more_rows),
            static_cast<std::uint32_t>(last - segment_.more_rows)};
}

void Pairs::answer(const Hit* begin, const Hit* end, std::vector<Answer>& answers) const {
    const std::size_t first = answers.size();
    for (const Hit* hit = begin; hit < end; ++hit) {
        if (live(hit->row)) {
            answers.push_back({segment_.ids[hit->row], hit->distance});
        }
        const Bucket further = segment_.more == 0 ? Bucket{0, 0} : more_of(hit->row);
        for (std::uint32_t place = further.begin; place < further.end; ++place) {
            if (live(std::size_t{segment_.size} + place)) {
                answers.push_back({segment_.more_ids[place], hit->distance});
            }
        }
    }
    order(answers, first);
}

bool Pairs::has(std::uint32_t row, std::uint64_t id) const {
    if (segment_.ids[row] == id) {
        return live(row);
    }
    const Bucket further = more_of(row);
    const std::uint64_t* end = segment_.more_ids + further.end;
    const std::uint64_t* found = std::lower_bound(segment_.more_ids + further.begin, end, id);
    return found != end && *found == id &&
           live(segment_.size + static_cast<std::size_t>(found - segment_.more_ids));
}

std::size_t Pairs::remove(std::uint64_t id) {
    std::size_t removed = 0;
    const auto [first, last] = std::equal_range(segment_.ids, segment_.ids + segment_.size, id);
    for (const std::uint64_t* at = first; at < last; ++at) {
        removed += buried_.bury(static_cast<std::size_t>(at - segment_.ids));
    }
    const std::uint32_t* end = segment_.more_by_id + segment_.more;
    const std::uint32_t* at = std::lower_bound(
        segment_.more_by_id, end, id, [this](std::uint32_t place, std::uint64_t wanted) {
            return segment_.more_id(place) < wanted;
        });
    for (; at < end && segment_.more_id(*at) == id; ++at) {
        removed += buried_.bury(std::size_t{segment_.size} + *at);
    }
    return removed;
}

std::size_t Pairs::remove(std::uint32_t row, std::uint64_t id) {
    if (segment_.ids[row] == id) {
        return buried_.bury(row);
    }
    const Bucket further = more_of(row);
    const std::uint64_t* end = segment_.more_ids + further.end;
    const std::uint64_t* found = std::lower_bound(segment_.more_ids + further.begin, end, id);
    return found != end && *found == id &&
           buried_.bury(segment_.size + static_cast<std::size_t>(found - segment_.more_ids));
}

}  // namespace doorward::hamming
