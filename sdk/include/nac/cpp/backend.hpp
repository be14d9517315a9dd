// SPDX-License-Identifier: Apache-2.0
//
// backend.hpp: base class of hardware backends written in C++, and the C table over it.
#pragma once
#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "../backend.h"
#include "config.hpp"
#include "graph_view.hpp"
#include "plugin.hpp"
#include "tensor.hpp"

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

namespace detail {
inline graph_view model_of(const nac_graph *model, const char *function) {
  if (model == nullptr) invalid(std::string(function) + " needs a model");
  return graph_view(const_cast<nac_graph *>(model));  // handed on as const: no editing
}

inline std::string of_quantities(std::size_t found, std::size_t wanted) {
  return std::to_string(found) + " values; the backend has " + std::to_string(wanted) + " quantities";
}

/// Before the work: what the host has room for.
inline void check_room(const backend &b, const char *function, const double *values, uint32_t count) {
  const std::size_t wanted = b.quantities().size();
  if (count != wanted) invalid(std::string(function) + " was asked for " + of_quantities(count, wanted));
  if (values == nullptr && count > 0) invalid(std::string(function) + " needs a place for its values");
}

/// After it: what the class made.
inline void hand_over(const backend &b, const char *function, const std::vector<double> &made, double *values) {
  const std::size_t wanted = b.quantities().size();
  if (made.size() != wanted)
    throw failure(NAC_INTERNAL, std::string(function) + " made " + of_quantities(made.size(), wanted));
  for (std::size_t i = 0; i < wanted; ++i) values[i] = made[i];
}

inline std::vector<const nac_view *> views_of(const nac_view *const *views, uint32_t count, const char *what) {
  if (views == nullptr && count > 0) invalid(std::string("no ") + what + "s were given");
  std::vector<const nac_view *> all(views, views + count);
  for (uint32_t i = 0; i < count; ++i)
    if (all[i] == nullptr) invalid(std::string(what) + " " + std::to_string(i) + " is missing");
  return all;
}

inline work writer(const nac_call *call, const char *function) {
  if (call == nullptr || call->write_file == nullptr)
    invalid(std::string(function) + " needs a call that writes files");
  return work(call);
}

/// The results as tensors of the host's. None is handed out unless all are in order.
inline void hand_over(const std::vector<simulated> &made, nac_tensor **outputs, uint32_t count) {
  if (made.size() != count)
    invalid("simulate was asked for " + std::to_string(count) + " outputs; the project has " +
            std::to_string(made.size()));
  std::vector<owned_tensor<double>> tensors;
  for (const simulated &result : made) {
    tensors.emplace_back(result.shape);
    owned_tensor<double> &tensor = tensors.back();
    if (tensor.size() != result.values.size())
      throw failure(NAC_INTERNAL, "simulate made " + std::to_string(result.values.size()) + " values of an output of " +
                                      std::to_string(tensor.size()));
    std::copy(result.values.begin(), result.values.end(), tensor.data());
  }
  for (uint32_t i = 0; i < count; ++i) outputs[i] = tensors[i].release();
}

inline nac_status backend_estimate(void *self, const nac_graph *model, double *values, uint32_t count, nac_error *err) {
  return guard(err, [&] {
    backend &b = *static_cast<backend *>(self);
    const graph_view view = model_of(model, "estimate");
    check_room(b, "estimate", values, count);
    hand_over(b, "estimate", b.estimate(view), values);
  });
}

inline nac_status backend_estimate_range(void *self, const nac_graph *model, double *low, double *high, uint32_t count,
                                         nac_error *err) {
  return guard(err, [&] {
    backend &b = *static_cast<backend *>(self);
    const graph_view view = model_of(model, "estimate_range");
    for (const double *end : {low, high}) check_room(b, "estimate_range", end, count);
    std::vector<double> lows, highs;
    b.estimate_range(view, lows, highs);
    if (lows.size() != highs.size())
      throw failure(NAC_INTERNAL, "estimate_range made " + std::to_string(lows.size()) + " lower and " +
                                      std::to_string(highs.size()) + " upper values");
    hand_over(b, "estimate_range", lows, low);
    hand_over(b, "estimate_range", highs, high);
  });
}

inline nac_status backend_simulate(void *self, const nac_view *const *inputs, uint32_t input_count,
                                   nac_tensor **outputs, uint32_t output_count, const nac_call *call, nac_error *err) {
  return guard(err, [&] {
    if (outputs == nullptr && output_count > 0) invalid("simulate needs a place for its outputs");
    const std::vector<const nac_view *> views = views_of(inputs, input_count, "input");
    hand_over(static_cast<backend *>(self)->simulate(views, work(call)), outputs, output_count);
  });
}

inline nac_status backend_build(void *self, const char *project_dir, double *values, uint32_t count,
                                const nac_call *call, nac_error *err) {
  return guard(err, [&] {
    backend &b = *static_cast<backend *>(self);
    if (project_dir == nullptr) invalid("build needs the folder of a project");
    check_room(b, "build", values, count);
    hand_over(b, "build", b.build(project_dir, work(call)), values);
  });
}

inline const nac_backend_api &backend_table() {
  static const nac_backend_api table = {
      sizeof(nac_backend_api),
      0,
      [](void *self) { delete static_cast<backend *>(self); },
      [](void *self, const nac_graph *model, nac_node node, nac_error *why_not) {
        return guard(why_not, [&] {
          const std::string reason = static_cast<backend *>(self)->why_not(model_of(model, "supports"), node);
          if (!reason.empty()) throw failure(NAC_UNSUPPORTED, reason);
        });
      },
      [](void *self) { return static_cast<uint32_t>(static_cast<backend *>(self)->quantities().size()); },
      [](void *self, uint32_t index, const char **unit) -> const char * {
        const std::vector<quantity> &all = static_cast<backend *>(self)->quantities();
        if (index >= all.size()) return nullptr;
        if (unit != nullptr) *unit = all[index].unit;
        return all[index].name;
      },
      backend_estimate,
      [](void *self, const nac_graph *model, const nac_call *call, nac_error *err) {
        return guard(err, [&] { static_cast<backend *>(self)->emit(model_of(model, "emit"), writer(call, "emit")); });
      },
      backend_simulate,
      backend_build,
      backend_estimate_range,
      [](void *self, const nac_view *const *inputs, uint32_t input_count, const nac_view *const *expected,
         uint32_t output_count, const nac_call *call, nac_error *err) {
        return guard(err, [&] {
          const work files = writer(call, "testbench");
          static_cast<backend *>(self)->testbench(views_of(inputs, input_count, "input"),
                                                  views_of(expected, output_count, "expected output"), files);
        });
      },
      [](void *self, const char *folder, double *values, uint32_t count, nac_error *err) {
        return guard(err, [&] {
          backend &b = *static_cast<backend *>(self);
          if (folder == nullptr) invalid("read_reports needs a folder");
          check_room(b, "read_reports", values, count);
          hand_over(b, "read_reports", b.read_reports(folder), values);
        });
      },
  };
  return table;
}
}  // namespace detail

template <class T>
nac_object make_backend(const config &c) {
  return {&detail::backend_table(), static_cast<backend *>(new T(c))};
}

}  // namespace nac
