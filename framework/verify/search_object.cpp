// SPDX-License-Identifier: Apache-2.0
#include "verify/search_object.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "verify/probe_candidates.hpp"

namespace nac::fw::verify {

Space mixed_space() {
  Space space;
  space.add_choice("block", {"conv", "attention", "none"});
  space.add_ordered("width", {4, 8, 16, 32, 64});
  space.add_integer("layers", 1, 9, 2);
  space.add_number("rate", 1e-5, 1e-1, true);
  space.add_number("dropout", 0, 0.5, false);
  const uint32_t kernel = space.add_choice("kernel", {"1", "3", "5"});
  space.only_if(kernel, 0, {0});
  const uint32_t heads = space.add_integer("heads", 1, 4, 1);
  space.only_if(heads, 0, {1});
  const uint32_t padding = space.add_choice("padding", {"same", "valid"});
  space.only_if(padding, kernel, {1, 2});
  return space;
}

Space small_space() {
  Space space;
  space.add_choice("block", {"a", "b"});
  space.add_ordered("width", {1, 2, 3});
  space.add_choice("extra", {"x", "y", "z"});
  space.only_if(2, 0, {1});
  return space;
}

std::vector<double> objectives_of(const Point &point) {
  const std::vector<Space::Dimension> &dimensions = point.space().dimensions();
  double near_low = 0, near_high = 0;
  for (uint32_t d = 0; d < dimensions.size(); ++d) {
    if (!point.active(d)) continue;
    const double span = dimensions[d].high - dimensions[d].low;
    const double at = span > 0 ? (point.get(d) - dimensions[d].low) / span : 0;
    near_low += (at - 0.2) * (at - 0.2);
    near_high += std::abs(at - 0.9);
  }
  return {near_low, near_high};
}

SearchObject::SearchObject(Subject &subject, const Space &space, uint64_t seed, const Options &options)
    : space_(&space), lookahead_(options.lookahead), tell_infeasible_(options.tell_infeasible) {
  subject.open();
  object_ = subject.create();
  nac_search_setup setup{};
  setup.struct_size = options.setup_size;
  setup.objective_count = 2;
  setup.seed = seed;
  setup.trials = 200;
  setup.lookahead = lookahead_;
  setup.candidates = to_abi(options.candidates);
  ErrorBox error;
  error.must_succeed(api().start(self(), to_abi(space_), &setup, error.get()), "start");
}

SearchObject::Asked SearchObject::ask(uint64_t trial, Point &point) {
  ErrorBox error;
  const nac_status status = api().ask(self(), trial, to_abi(&point), error.get());
  const std::string what = fmt::format("ask for trial {}", trial);
  error.check(what);
  if (status == NAC_AGAIN) return Asked::again;
  if (status == NAC_RESOURCE_EXHAUSTED) return Asked::exhausted;
  error.must_succeed(status, what);
  try {
    point.finish();
  } catch (const std::exception &e) {
    throw Failed(fmt::format("{} succeeded with an incomplete point: {}", what, e.what()));
  }
  return Asked::proposed;
}

nac_status SearchObject::tell_status(uint64_t trial, nac_status status, const Point &point, ErrorBox &error) {
  const std::vector<double> values = objectives_of(point);
  nac_result result{};
  result.struct_size = sizeof result;
  result.status = status;
  result.trial = trial;
  result.point = to_abi(&point);
  result.objectives = status == NAC_OK ? values.data() : nullptr;
  result.objective_count = 2;
  return api().tell(self(), &result, error.get());
}

void SearchObject::tell(uint64_t trial, nac_status status, const Point &point) {
  ErrorBox error;
  error.must_succeed(tell_status(trial, status, point, error),
                     fmt::format("tell of trial {} ({})", trial, status_name(status)));
}

void SearchObject::tell_oldest(const std::vector<nac_status> &statuses) {
  const auto oldest = outstanding_.begin();
  const bool hopeless = tell_infeasible_ && !ProbeCandidates::feasible(oldest->second);
  tell(oldest->first, hopeless ? NAC_INFEASIBLE : statuses[oldest->first % statuses.size()], oldest->second);
  outstanding_.erase(oldest);
}

std::vector<std::string> SearchObject::drive(uint64_t count, const std::vector<nac_status> &statuses) {
  std::vector<std::string> points;
  while (points.size() < count && !exhausted_) {
    while (!outstanding_.empty() && outstanding_.begin()->first + lookahead_ <= next_) tell_oldest(statuses);
    Point point(*space_);
    const Asked asked = ask(next_, point);
    if (asked == Asked::exhausted) {
      exhausted_ = true;
    } else if (asked == Asked::proposed) {
      points.push_back(point.canonical());
      outstanding_.emplace(next_++, std::move(point));
    } else if (!outstanding_.empty()) {
      tell_oldest(statuses);
    } else {
      throw Failed(fmt::format("ask for trial {} wants a tell first (NAC_AGAIN), but every trial was told", next_));
    }
  }
  return points;
}

nac_status SearchObject::save(std::string &bytes, std::size_t capacity, ErrorBox &error) {
  struct Writer {
    std::string *bytes;
    std::size_t capacity;
  } writer{&bytes, capacity};
  const nac_sink sink = {&writer, [](const nac_sink *s, const void *data, uint64_t size) -> nac_status {
                           auto *w = static_cast<Writer *>(s->ctx);
                           if (w->bytes->size() + size > w->capacity) return NAC_RESOURCE_EXHAUSTED;
                           w->bytes->append(static_cast<const char *>(data), size);
                           return NAC_OK;
                         }};
  return api().save(self(), &sink, error.get());
}

std::string SearchObject::save() {
  std::string bytes;
  ErrorBox error;
  error.must_succeed(save(bytes, SIZE_MAX, error), "save");
  return bytes;
}

void SearchObject::save_into_full_sink(std::size_t capacity) {
  std::string bytes;
  ErrorBox error;
  error.must_fail(save(bytes, capacity, error), fmt::format("save into a sink that is full after {} bytes", capacity));
}

nac_status SearchObject::load(const std::string &bytes, std::size_t piece, nac_error *err) {
  struct Reader {
    const std::string *bytes;
    std::size_t at, piece;
  } reader{&bytes, 0, piece};
  const nac_source source = {
      &reader, [](const nac_source *s, void *out, uint64_t size) -> int64_t {
        auto *r = static_cast<Reader *>(s->ctx);
        const std::size_t n = std::min({static_cast<std::size_t>(size), r->piece, r->bytes->size() - r->at});
        std::memcpy(out, r->bytes->data() + r->at, n);
        r->at += n;
        return static_cast<int64_t>(n);
      }};
  return api().load(self(), &source, err);
}

void SearchObject::load(const std::string &bytes, std::size_t piece) {
  ErrorBox error;
  error.must_succeed(load(bytes, piece, error.get()), fmt::format("load of {} bytes", bytes.size()));
}

void SearchObject::continue_from(const SearchObject &other) {
  next_ = other.next_;
  outstanding_ = other.outstanding_;
  exhausted_ = other.exhausted_;
}

}  // namespace nac::fw::verify
