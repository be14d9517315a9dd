// SPDX-License-Identifier: Apache-2.0
//
// observer.hpp: asking the host for values inside a model, its metrics and its costs (nac/observe.h).
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "../observe.h"
#include "host.hpp"
#include "tensor.hpp"

namespace nac {

/// What an activation takes: samples in dimension 0, row-major.
struct observed_values {
  std::vector<int64_t> shape;
  std::vector<float> data;
};

/// Abstract, so that a pass can be tested without a host. Everything throws failure with the host's message.
class observer {
 public:
  virtual ~observer() = default;
  /// split: "train" or "validation".
  virtual observed_values values(const nac_graph *model, nac_value value, const char *split,
                                 uint64_t samples) const = 0;
  /// In the order of the task's metrics.
  virtual std::vector<double> metrics(const nac_graph *model) const = 0;
  /// "bops", "parameters", "macs", "sparsity"
  virtual double cost(const nac_graph *model, const char *name) const = 0;
  /// +1: a larger metric is better, -1: a smaller one.
  virtual int32_t direction(uint32_t metric) const = 0;
};

/// The host's answers.
class host_observer : public observer {
 public:
  host_observer(const nac_observer *raw, const nac_observe_service &service, uint32_t metrics)
      : raw_(raw), service_(service), metrics_(metrics) {}

  observed_values values(const nac_graph *model, nac_value value, const char *split, uint64_t samples) const override {
    nac_tensor *made = nullptr;
    nac_error err = empty_error();
    check(service_.values(raw_, model, value, split, samples, &made, &err), err);
    const auto free = [](nac_tensor *t) { t->deleter(t); };
    const std::unique_ptr<nac_tensor, decltype(free)> tensor(made, free);
    const nac_view &view = tensor->view;
    observed_values out;
    out.shape.assign(view.shape, view.shape + view.ndim);
    const float *data = dense<float>(view);
    out.data.assign(data, data + element_count(view.shape, view.ndim));
    return out;
  }
  std::vector<double> metrics(const nac_graph *model) const override {
    std::vector<double> values(metrics_);
    nac_error err = empty_error();
    check(service_.metrics(raw_, model, values.data(), metrics_, &err), err);
    return values;
  }
  double cost(const nac_graph *model, const char *name) const override {
    double value = 0;
    nac_error err = empty_error();
    check(service_.cost(raw_, model, name, &value, &err), err);
    return value;
  }
  int32_t direction(uint32_t metric) const override { return service_.direction(raw_, metric); }

 private:
  const nac_observer *raw_;
  const nac_observe_service &service_;
  uint32_t metrics_;
};

}  // namespace nac
