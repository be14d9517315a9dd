// SPDX-License-Identifier: Apache-2.0
//
// backend.hpp: base class of hardware backends written in C++, and the C table over it.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "../backend.h"
#include "config.hpp"
#include "graph_view.hpp"
#include "plugin.hpp"

namespace nac {

/// A cost that a backend predicts; name and unit are static text.
struct quantity {
  const char *name;
  const char *unit;  ///< "" for a plain number
};

/// Rows of one output: [batch, shape...] float64, row-major.
struct simulated {
  std::vector<int64_t> shape;
  std::vector<double> values;
};

/// What a long call may do; wraps nac_call.
class work {
 public:
  explicit work(const nac_call *raw) : raw_(raw) {}
  bool cancelled() const { return raw_ != nullptr && raw_->cancelled != nullptr && raw_->cancelled(raw_); }
  void progress(double fraction, const std::string &what) const {
    if (raw_ != nullptr && raw_->progress != nullptr) raw_->progress(raw_, fraction, {what.data(), what.size()});
  }
  /// Relative path, '/'-separated; the file appears whole or not at all.
  void write_file(const std::string &path, const std::string &bytes) const {
    nac_error err = empty_error();
    check(raw_->write_file(raw_, path.c_str(), bytes.data(), bytes.size(), &err), err);
  }

 private:
  const nac_call *raw_;
};

/// Derive, implement, and put make_backend<Mine> into NAC_PLUGIN. The constructor takes a const nac::config &.
class backend {
 public:
  virtual ~backend() = default;
  virtual const std::vector<quantity> &quantities() const = 0;
  /// Empty: it can be built.
  virtual std::string why_not(const graph_view &model, nac_node node) = 0;
  /// One value per quantity, NaN where it is not known.
  virtual std::vector<double> estimate(const graph_view &model) = 0;
  /// Both of the length of quantities().
  virtual void estimate_range(const graph_view &model, std::vector<double> &low, std::vector<double> &high) = 0;
  virtual void emit(const graph_view &model, const work &call) = 0;
  virtual void testbench(const std::vector<const nac_view *> &inputs, const std::vector<const nac_view *> &expected,
                         const work &call) = 0;
  virtual std::vector<simulated> simulate(const std::vector<const nac_view *> &inputs, const work &call) = 0;
  virtual std::vector<double> build(const std::string &project, const work &call) = 0;
  virtual std::vector<double> read_reports(const std::string &folder) = 0;
};

}  // namespace nac
