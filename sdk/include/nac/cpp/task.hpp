// SPDX-License-Identifier: Apache-2.0
//
// task.hpp: base class of tasks written in C++, and the C table over it.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "../task.h"
#include "config.hpp"
#include "graph.hpp"
#include "plugin.hpp"
#include "space.hpp"
#include "tensor.hpp"

namespace nac {

/// Metrics of one pass over a split. Batches come in order.
class metrics_run {
 public:
  virtual ~metrics_run() = default;
  virtual void update(const nac_view *const *predictions, const nac_view *const *targets) = 0;
  virtual std::vector<double> end() = 0;
};

/// The static facts of a task, kept in strings that live as long as the object. Fill it in the constructor.
class task_facts {
 public:
  uint32_t flags = 0;
  void input(const std::string &name, std::vector<int64_t> shape, nac_dtype dtype = dtype_of<float>::value) {
    inputs_.add(name, std::move(shape), dtype);
  }
  void target(const std::string &name, std::vector<int64_t> shape, nac_dtype dtype = dtype_of<float>::value) {
    targets_.add(name, std::move(shape), dtype);
  }
  void metric(const std::string &name, const std::string &unit, int32_t direction, const std::string &summary) {
    auto m = std::make_unique<metric_entry>();
    m->name = name, m->unit = unit, m->summary = summary;
    m->info = {sizeof(nac_metric_info), direction, m->name.c_str(), m->unit.c_str(), m->summary.c_str()};
    metric_pointers_.push_back(&m->info);
    metrics_.push_back(std::move(m));
  }
  void preset(const std::string &name, const std::string &summary) {
    auto p = std::make_unique<preset_entry>();
    p->name = name, p->summary = summary;
    p->info = {sizeof(nac_preset_info), 0, p->name.c_str(), p->summary.c_str()};
    preset_pointers_.push_back(&p->info);
    presets_.push_back(std::move(p));
  }
  uint32_t metric_count() const { return static_cast<uint32_t>(metric_pointers_.size()); }

  const nac_task_info *info() {
    info_ = {sizeof(nac_task_info),
             flags,
             static_cast<uint32_t>(inputs_.pointers.size()),
             static_cast<uint32_t>(targets_.pointers.size()),
             inputs_.pointers.data(),
             targets_.pointers.data(),
             metric_count(),
             static_cast<uint32_t>(preset_pointers_.size()),
             metric_pointers_.data(),
             preset_pointers_.data()};
    return &info_;
  }

 private:
  struct tensor_entry {
    std::string name;
    std::vector<int64_t> shape;
    nac_tensor_info info;
  };
  struct tensor_list {
    std::vector<std::unique_ptr<tensor_entry>> entries;
    std::vector<const nac_tensor_info *> pointers;
    void add(const std::string &name, std::vector<int64_t> shape, nac_dtype dtype) {
      auto t = std::make_unique<tensor_entry>();
      t->name = name;
      t->shape = std::move(shape);
      t->info = {sizeof(nac_tensor_info), static_cast<int32_t>(t->shape.size()), t->name.c_str(), t->shape.data(),
                 dtype};
      pointers.push_back(&t->info);
      entries.push_back(std::move(t));
    }
  };
  struct metric_entry {
    std::string name, unit, summary;
    nac_metric_info info;
  };
  struct preset_entry {
    std::string name, summary;
    nac_preset_info info;
  };
  tensor_list inputs_, targets_;
  std::vector<std::unique_ptr<metric_entry>> metrics_;
  std::vector<const nac_metric_info *> metric_pointers_;
  std::vector<std::unique_ptr<preset_entry>> presets_;
  std::vector<const nac_preset_info *> preset_pointers_;
  nac_task_info info_{};
};

/// Derive, implement, and put make_task<Mine> into NAC_PLUGIN. The constructor takes a const nac::config &. Every
/// member may throw nac::failure. See task.h for what each function must do.
class task {
 public:
  virtual ~task() = default;
  task_facts facts;

  virtual void space(space_writer &space) = 0;
  virtual void build(const point_reader &point, graph_builder &model) = 0;
  virtual void build_preset(const std::string &name, graph_builder &) {
    throw failure(NAC_NOT_FOUND, "this task has no preset '" + name + "'");
  }
  virtual nac_value loss(graph_builder &model) = 0;
  virtual uint64_t size(const std::string &split) = 0;
  /// Fills inputs and targets with released tensors; on an exception the table deletes those already there.
  virtual void read(const std::string &split, const uint64_t *index, uint64_t count, nac_tensor **inputs,
                    nac_tensor **targets, const nac_call *call) = 0;
  virtual std::unique_ptr<metrics_run> metrics(const std::string &split) = 0;
  virtual std::string describe() { return {}; }
  virtual std::string fingerprint() { return {}; }
  virtual std::string fitted() { return "{}"; }
};

namespace detail {
inline void write_text(const nac_sink *sink, const std::string &text) {
  const nac_status status = sink->write(sink, text.data(), text.size());
  if (status != NAC_OK) throw failure(status, "the host could not take the text of the task");
}

inline nac_status task_read(void *self, const char *split, const uint64_t *index, uint64_t count, nac_tensor **inputs,
                            uint32_t input_count, nac_tensor **targets, uint32_t target_count, const nac_call *call,
                            nac_error *err) {
  return guard(err, [&] {
    task &t = *static_cast<task *>(self);
    const nac_task_info &info = *t.facts.info();
    if (input_count != info.input_count || target_count != info.target_count)
      invalid("read was asked for " + std::to_string(input_count) + " inputs and " + std::to_string(target_count) +
              " targets; the task has " + std::to_string(info.input_count) + " and " +
              std::to_string(info.target_count));
    const uint64_t size = t.size(split);
    for (uint64_t i = 0; i < count; ++i)
      if (index[i] >= size)
        invalid("sample " + std::to_string(index[i]) + " of split '" + split + "' does not exist; it has " +
                std::to_string(size));
    std::vector<nac_tensor *> made(input_count + target_count, nullptr);
    try {
      t.read(split, index, count, made.data(), made.data() + input_count, call);
    } catch (...) {
      for (nac_tensor *m : made)
        if (m != nullptr) m->deleter(m);
      throw;
    }
    for (uint32_t i = 0; i < input_count; ++i) inputs[i] = made[i];
    for (uint32_t i = 0; i < target_count; ++i) targets[i] = made[input_count + i];
  });
}

/// A metrics run with what its table functions need to know about the task.
struct metrics_state {
  std::unique_ptr<metrics_run> run;
  uint32_t count = 0;
};

inline const nac_task_api &task_table() {
  static const nac_task_api table = {
      sizeof(nac_task_api),
      0,
      [](void *self) { delete static_cast<task *>(self); },
      [](void *self) { return static_cast<task *>(self)->facts.info(); },
      [](void *self, nac_space *space, nac_error *err) {
        return guard(err, [&] {
          space_writer writer(space);
          static_cast<task *>(self)->space(writer);
        });
      },
      [](void *self, const nac_point *point, nac_graph *model, nac_error *err) {
        return guard(err, [&] {
          graph_builder builder(model);
          static_cast<task *>(self)->build(point_reader(point), builder);
        });
      },
      [](void *self, const char *name, nac_graph *model, nac_error *err) {
        return guard(err, [&] {
          graph_builder builder(model);
          static_cast<task *>(self)->build_preset(name, builder);
        });
      },
      [](void *self, nac_graph *model, nac_value *loss, nac_error *err) {
        return guard(err, [&] {
          graph_builder builder(model);
          *loss = static_cast<task *>(self)->loss(builder);
        });
      },
      [](void *self, const char *split, uint64_t *count, nac_error *err) {
        return guard(err, [&] { *count = static_cast<task *>(self)->size(split); });
      },
      task_read,
      [](void *self, const char *split, void **run, nac_error *err) {
        return guard(err, [&] {
          task &t = *static_cast<task *>(self);
          *run = new metrics_state{t.metrics(split), t.facts.metric_count()};
        });
      },
      [](void *run, const nac_view *const *predictions, uint32_t, const nac_view *const *targets, uint32_t,
         nac_error *err) {
        return guard(err, [&] { static_cast<metrics_state *>(run)->run->update(predictions, targets); });
      },
      [](void *run, double *values, uint32_t count, nac_error *err) {
        return guard(err, [&] {
          const std::unique_ptr<metrics_state> state(static_cast<metrics_state *>(run));
          const std::vector<double> result = state->run->end();
          if (count != state->count || result.size() != count)
            invalid("metrics_end was asked for " + std::to_string(count) + " values; the task has " +
                    std::to_string(state->count));
          for (uint32_t i = 0; i < count; ++i) values[i] = result[i];
        });
      },
      [](void *self, const nac_sink *sink, nac_error *err) {
        return guard(err, [&] { write_text(sink, static_cast<task *>(self)->describe()); });
      },
      [](void *self, const nac_sink *sink, nac_error *err) {
        return guard(err, [&] { write_text(sink, static_cast<task *>(self)->fingerprint()); });
      },
      [](void *self, const nac_sink *sink, nac_error *err) {
        return guard(err, [&] { write_text(sink, static_cast<task *>(self)->fitted()); });
      },
  };
  return table;
}
}  // namespace detail

/// Factory for NAC_PLUGIN: an object of T, derived from nac::task and constructible from const nac::config &.
template <class T>
nac_object make_task(const config &c) {
  return {&detail::task_table(), static_cast<task *>(new T(c))};
}

}  // namespace nac
