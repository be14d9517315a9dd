// SPDX-License-Identifier: Apache-2.0
//
// compress.hpp: base class of compression passes written in C++, and the C table over it.
#pragma once
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "../compress.h"
#include "config.hpp"
#include "graph_view.hpp"
#include "observer.hpp"
#include "plugin.hpp"
#include "rng.hpp"
#include "state.hpp"

namespace nac {

struct compress_setup {
  uint32_t metrics = 1;  ///< of the task
  uint64_t seed = 0;
  std::shared_ptr<const observer> watch;  ///< null: the host cannot measure while a step runs
};

enum class rewind { learning_rate = 0, weights = 1, none = 2 };

/// What a step wants of the host; see nac_compress_step.
struct compress_step {
  uint32_t train_epochs = 0;
  bool finished = false;
  bool undo = false;
  rewind from = rewind::learning_rate;
  double teacher_share = 0, temperature = 1;
};

/// Derive, implement, and put make_compress<Mine> into NAC_PLUGIN. The constructor takes a const nac::config &.
class compress {
 public:
  virtual ~compress() = default;
  /// Once, first, if the host knows ABI 1.2; else not at all.
  virtual void start(const compress_setup &setup) = 0;
  /// Edits the model. metrics: the validation metrics of the model as it came.
  virtual compress_step step(graph_view &model, const std::vector<double> &metrics, const nac_call *call) = 0;
  /// State as text; load() gets what save() gave and throws failure on anything else.
  virtual std::string save() = 0;
  virtual void load(const std::string &state) = 0;
};

namespace detail {
inline compress_setup setup_of(const nac_compress_setup &raw) {
  compress_setup setup{raw.metric_count, raw.seed, nullptr};
  const nac_observe_service *service = host().observe();
  if (service != nullptr && raw.observer != nullptr)
    setup.watch = std::make_shared<host_observer>(raw.observer, *service, raw.metric_count);
  return setup;
}

/// Writes `step` into *next, of which an older host knows the first members only.
inline void hand_over(const compress_step &step, nac_compress_step *next) {
  next->train_epochs = step.train_epochs;
  next->finished = step.finished ? 1 : 0;
  if (!NAC_HAS(next, nac_compress_step, temperature)) {
    if (step.undo || step.from != rewind::learning_rate || step.teacher_share > 0)
      throw failure(NAC_UNSUPPORTED, "this host is older than ABI 1.2: it cannot undo, rewind or distill");
    return;
  }
  next->rewind = static_cast<int32_t>(step.from);
  next->undo = step.undo ? 1 : 0;
  next->teacher_share = step.teacher_share;
  next->temperature = step.teacher_share > 0 ? step.temperature : 0;
}

inline const nac_compress_api &compress_table() {
  static const nac_compress_api table = {
      sizeof(nac_compress_api),
      0,
      [](void *self) { delete static_cast<compress *>(self); },
      [](void *self, nac_graph *model, const double *metrics, uint32_t metric_count, nac_compress_step *next,
         const nac_call *call, nac_error *err) {
        return guard(err, [&] {
          if (model == nullptr || next == nullptr || (metrics == nullptr && metric_count > 0))
            invalid("step needs a model, its metrics and a place for the answer");
          graph_view view(model);
          const std::vector<double> values(metrics, metrics + metric_count);
          hand_over(static_cast<compress *>(self)->step(view, values, call), next);
        });
      },
      [](void *self, const nac_sink *sink, nac_error *err) {
        return guard(err, [&] { write_state(sink, static_cast<compress *>(self)->save()); });
      },
      [](void *self, const nac_source *source, nac_error *err) {
        return guard(err, [&] { static_cast<compress *>(self)->load(read_state(source)); });
      },
      [](void *self, const nac_compress_setup *setup, nac_error *err) {
        return guard(err, [&] {
          if (setup == nullptr) invalid("start needs a setup");
          static_cast<compress *>(self)->start(setup_of(*setup));
        });
      },
  };
  return table;
}
}  // namespace detail

template <class T>
nac_object make_compress(const config &c) {
  return {&detail::compress_table(), static_cast<compress *>(new T(c))};
}

}  // namespace nac
