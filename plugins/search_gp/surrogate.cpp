// SPDX-License-Identifier: Apache-2.0
#include "surrogate.hpp"

#include <algorithm>
#include <numeric>

#include "nac/cpp/error.hpp"

namespace nac::searching {
namespace {

constexpr std::size_t kFitPoints = 250;  // looked at for hyper-parameters, which costs O(n^3) a step
constexpr int kFirstSteps = 25, kLaterSteps = 8;
/// A model that is full makes room for this many results at once, as each time costs a new factor.
constexpr std::size_t kRoomDivisor = 8;

/// Hyper-parameters are found again when the points have grown by a tenth: a falling share of the asks.
bool grown(std::size_t fitted, std::size_t now) {
  return fitted == 0 || now >= fitted + std::max<std::size_t>(3, fitted / 10);
}

/// `count` of the points, in order: half of them the best, the others evenly from the rest. The differences of good
/// candidates are what the search is about; the rest keeps the trend.
std::vector<std::size_t> part_of(const std::vector<uint32_t> &ranks, std::size_t count) {
  std::vector<std::size_t> order(ranks.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  if (order.size() <= count) return order;
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return ranks[a] < ranks[b]; });
  const std::size_t best = count / 2, others = count - best, rest = order.size() - best;
  std::vector<std::size_t> part(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(best));
  for (std::size_t i = 0; i < others; ++i) part.push_back(order[best + i * rest / others]);
  std::sort(part.begin(), part.end());
  return part;
}

coded_points some(const coded_points &points, const std::vector<std::size_t> &which, std::size_t count) {
  coded_points chosen(points.dimensions());
  for (std::size_t i = 0; i < count; ++i) chosen.append(points.row(which[i]));
  return chosen;
}

std::vector<double> some(const std::vector<double> &values, const std::vector<std::size_t> &which) {
  std::vector<double> chosen;
  for (const std::size_t i : which) chosen.push_back(values[i]);
  return chosen;
}

}  // namespace

std::vector<std::size_t> surrogate::looked_at(const std::vector<uint32_t> &ranks) { return part_of(ranks, kFitPoints); }

bool surrogate::due(std::size_t points) const { return fitted_ != 0 && grown(fitted_, points); }

gaussian_process surrogate::of(const kernel &k, const coded_points &points,
                               const std::vector<std::size_t> &which) const {
  return {k, fit_.parameters(), some(points, which, which.size())};
}

void surrogate::find_parameters(const kernel &k, const coded_points &points, const std::vector<double> &values,
                                const std::vector<uint32_t> &ranks) {
  const std::vector<std::size_t> part = looked_at(ranks);
  const coded_points fit_points = some(points, part, part.size());
  const std::vector<double> looked_values = some(values, part);
  const bool first = fitted_ == 0;
  const gp_fit start = first ? coarse_fit(k, fit_points, looked_values) : fit_;
  fit_ = refined_fit(k, fit_points, looked_values, start, first ? kFirstSteps : kLaterSteps);
  fitted_ = points.size();
}

void surrogate::update(const kernel &k, const coded_points &points, const std::vector<double> &values,
                       const std::vector<uint32_t> &ranks, std::size_t limit) {
  const std::size_t n = points.size();
  const bool new_parameters = grown(fitted_, n), full = held_.size() + (n - seen_) > limit;
  if (new_parameters) find_parameters(k, points, values, ranks);
  if (full || (new_parameters && n > limit)) {
    held_ = part_of(ranks, limit - limit / kRoomDivisor);
  } else {
    for (std::size_t i = seen_; i < n; ++i) held_.push_back(i);
  }
  seen_ = n;
  if (new_parameters || full) {
    factored_ = held_.size();
    model_ = gaussian_process(k, fit_.parameters(), some(points, held_, factored_));
  } else {
    for (std::size_t i = model_.size(); i < held_.size(); ++i) model_.append(points.row(held_[i]));
  }
  model_.set_values(some(values, held_));
}

void surrogate::write(state_writer &w) const {
  w.word("surrogate").integer(fitted_).integer(seen_).integer(factored_).integer(held_.size());
  for (const std::size_t i : held_) w.integer(i);
  w.number(fit_.log_overall).number(fit_.log_noise).integer(fit_.log_relative.size());
  for (const double v : fit_.log_relative) w.number(v);
}

void surrogate::read(state_reader &r, const kernel &k, const coded_points &points) {
  const auto damaged = [](const char *what) {
    fail(NAC_DATA_LOSS, std::string("the saved search state is damaged: ") + what);
  };
  r.word("surrogate");
  fitted_ = static_cast<std::size_t>(r.integer(points.size()));
  seen_ = static_cast<std::size_t>(r.integer(points.size()));
  factored_ = static_cast<std::size_t>(r.integer(points.size()));
  held_.resize(r.count());
  for (std::size_t &i : held_) i = static_cast<std::size_t>(r.integer(UINT64_MAX));
  for (const std::size_t i : held_)
    if (i >= seen_) damaged("a model holds a result that is not there");
  if (factored_ > held_.size()) damaged("a model was factored with more results than it holds");
  fit_.log_overall = r.number();
  fit_.log_noise = r.number();
  fit_.log_relative.resize(r.count());
  for (double &v : fit_.log_relative) v = r.number();
  if (fitted_ == 0) {
    if (!held_.empty()) damaged("a model without parameters holds results");
    return;
  }
  if (fit_.log_relative.size() != k.dimensions() || factored_ == 0) damaged("a model does not fit the space");
  const auto sane = [](double v) { return v >= -20 && v <= 20; };  // also false for NaN
  bool all_sane = sane(fit_.log_overall) && sane(fit_.log_noise);
  for (const double v : fit_.log_relative) all_sane = all_sane && sane(v);
  if (!all_sane) damaged("a model's parameters are out of range");
  model_ = gaussian_process(k, fit_.parameters(), some(points, held_, factored_));
  for (std::size_t i = factored_; i < held_.size(); ++i) model_.append(points.row(held_[i]));
}

}  // namespace nac::searching
