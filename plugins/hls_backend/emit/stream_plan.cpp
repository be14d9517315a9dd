// SPDX-License-Identifier: Apache-2.0
#include "hls_backend/emit/stream_plan.hpp"

#include <algorithm>

#include "hls_backend/emit/stream_wishes.hpp"

namespace nac::hls {
namespace {

std::size_t at(int64_t i) { return static_cast<std::size_t>(i); }

constexpr std::size_t kMostCopies = 3;  // of clone_stream

/// Where a stream ends: a process' input, or an argument of the top function.
struct sink {
  int layer = -1, slot = 0;  ///< of a layer
  int output = -1;           ///< or a number in model::outputs
  view how;                  ///< of the tensor that is carried
};

class planner {
 public:
  explicit planner(const model &m)
      : m_(m), carried_(m.tensors.size()), sinks_(m.tensors.size()), of_layer_(m.layers.size()) {
    plan_.outputs.assign(m.outputs.size(), -1);
    for (std::size_t t = 0; t < m.tensors.size(); ++t) carried_[t].tensor = static_cast<int>(t);
    for (const layer &l : m.layers) view_layer(l);
    for (std::size_t i = 0; i < m.outputs.size(); ++i) {
      const carrier &c = carried_[at(m.outputs[i])];
      sinks_[at(c.tensor)].push_back({-1, 0, static_cast<int>(i), carried_[at(c.tensor)].how});
      plan_.output_views.push_back(c.how);
    }
    for (const layer &l : m.layers) add_layer(l);
  }

  stream_plan take() { return std::move(plan_); }

 private:
  /// What brings a tensor: its own stream, or, behind a Transpose, that of another tensor. Element i of the tensor is
  /// element map[i] of the other; no map: the same.
  struct carrier {
    int tensor = -1;
    std::vector<int64_t> map;
    view how;  ///< of the tensor itself
  };

  view carried_view(const carrier &c, const view &v) const { return c.map.empty() ? v : relabelled(v, c.map); }

  /// The views of a layer, and what it asks of those that write what it reads.
  void view_layer(const layer &l) {
    carrier &result = carried_[at(l.output)];
    if (l.kind == layer_kind::transpose && l.steps.empty()) {
      const carrier &from = carried_[at(l.inputs[0])];
      result.tensor = from.tensor;
      std::vector<int64_t> place(l.map.size());
      for (std::size_t i = 0; i < l.map.size(); ++i) {
        place[at(l.map[i])] = static_cast<int64_t>(i);
        result.map.push_back(from.map.empty() ? l.map[i] : from.map[at(l.map[i])]);
      }
      result.how = relabelled(from.how, place);
      return;
    }
    std::vector<view> offered;
    for (const int t : l.inputs) offered.push_back(carried_[at(t)].how);
    layer_views &views = of_layer_[at(l.index)];
    views = choose_views(m_, l, offered);
    result.how = views.writes;
    for (std::size_t i = 0; i < l.inputs.size(); ++i) {
      const carrier &c = carried_[at(l.inputs[i])];
      sinks_[at(c.tensor)].push_back({l.index, static_cast<int>(i), -1, carried_view(c, views.reads[i])});
    }
  }

  void add_layer(const layer &l) {
    if (carried_[at(l.output)].tensor != l.output) return;
    const layer_views &views = of_layer_[at(l.index)];
    int writer = -1;
    if (l.kind != layer_kind::input) {
      process p;
      p.layer = l.index;
      if (l.kind == layer_kind::dense) p.how = schedule_of(l, views.folded ? views.reads[0].words() : 1);
      if (l.kind == layer_kind::conv) p.how = schedule_of(l, 1);
      p.sequential = views.sequential;
      p.reads = reads_of(l.index);
      p.read_views = views.reads;
      p.cycles = cycles_of(l, views, p.how);
      writer = append(p);
    }
    const int first = new_channel(l.output, views.writes);
    if (l.kind == layer_kind::input) {
      plan_.inputs.push_back(first);
      plan_.channels[at(first)].is_argument = true;
    } else {
      plan_.processes[at(writer)].writes.push_back(first);
    }
    pass_on(l, first, sinks_[at(l.output)]);
  }

  /// The stream `from` reaches all of `to`.
  void pass_on(const layer &l, int from, const std::vector<sink> &to) {
    const view how = plan_.channels[at(from)].how;
    std::vector<std::vector<sink>> others;  // by the view they want
    std::vector<sink> same;
    for (const sink &s : to) {
      const auto wants_it_too = [&](const std::vector<sink> &group) { return group[0].how == s.how; };
      const auto group = std::find_if(others.begin(), others.end(), wants_it_too);
      if (s.how == how)
        same.push_back(s);
      else if (group == others.end())
        others.push_back({s});
      else
        group->push_back(s);
    }
    const std::size_t readers = same.size() + others.size();
    const bool from_outside = plan_.channels[at(from)].is_argument;
    if (readers == 0) {
      append({process_kind::discard, l.index, {from}, {}, {}, false, {}, how.words()});
      return;
    }
    std::vector<int> copies = {from};
    // An argument of the function cannot be another one as well.
    if (readers > 1 || (from_outside && !same.empty() && same[0].output >= 0)) copies = copied(l, from, readers);
    std::size_t next = 0;
    for (const sink &s : same) end(copies[next++], s);
    for (const std::vector<sink> &group : others) {
      process p{process_kind::reorder, l.index, {copies[next++]}, {}, {}, false, {}, 0};
      const int sorted = new_channel(l.output, group[0].how);
      p.writes = {sorted};
      p.cycles = how.words() + (group[0].how.words() > 1 ? group[0].how.words() : 0);
      append(p);
      pass_on(l, sorted, group);
    }
  }

  std::vector<int> copied(const layer &l, int from, std::size_t count) {
    const view how = plan_.channels[at(from)].how;
    std::vector<int> copies;
    // Three at a time: the last one is copied on.
    while (copies.size() < count) {
      process p{process_kind::clone, l.index, {from}, {}, {}, false, {}, how.words()};
      const std::size_t left = count - copies.size();
      for (std::size_t i = 0; i < std::min(left, kMostCopies); ++i) p.writes.push_back(new_channel(l.output, how));
      copies.insert(copies.end(), p.writes.begin(), p.writes.end());
      if (left > kMostCopies) {
        from = copies.back();
        copies.pop_back();
      }
      append(p);
    }
    return copies;
  }

  void end(int channel_index, const sink &s) {
    channel &c = plan_.channels[at(channel_index)];
    if (s.output >= 0) {
      c.is_argument = true;
      plan_.outputs[at(s.output)] = channel_index;
      return;
    }
    const layer &l = m_.layers[at(s.layer)];
    // The second operand of a matmul is read at once, as it comes.
    if (l.inputs.size() > 1 && !(l.kind == layer_kind::matmul && s.slot == 1))
      c.depth = std::max<int64_t>(2, c.how.words());
    ends_.push_back({s.layer, s.slot, channel_index});
  }

  std::vector<int> reads_of(int layer_index) const {
    std::vector<int> result(m_.layers[at(layer_index)].inputs.size(), -1);
    for (const ending &e : ends_)
      if (e.layer == layer_index) result[at(e.slot)] = e.channel;
    return result;
  }

  /// The budget that each kernel states.
  static int64_t cycles_of(const layer &l, const layer_views &v, const schedule &how) {
    const int64_t words = v.reads[0].words();
    switch (l.kind) {
      case layer_kind::conv: return (raster_of(l.geometry).cells + v.writes.words() * (how.steps() - 1)) * how.interval;
      case layer_kind::max_pool:
      case layer_kind::sum_pool: return raster_of(l.geometry).cells;
      case layer_kind::dense: return words * how.steps() * how.interval;
      case layer_kind::matmul: return l.batch * (v.reads[1].words() / l.batch + l.m * l.reuse_factor);
      case layer_kind::concat: return v.writes.words();
      default: return words;
    }
  }

  int append(process p) {
    plan_.processes.push_back(std::move(p));
    return static_cast<int>(plan_.processes.size()) - 1;
  }

  int new_channel(int t, view how) {
    channel c;
    c.tensor = t;
    c.how = std::move(how);
    plan_.channels.push_back(std::move(c));
    return static_cast<int>(plan_.channels.size()) - 1;
  }

  struct ending {
    int layer, slot, channel;
  };

  const model &m_;
  stream_plan plan_;
  std::vector<carrier> carried_;          // by tensor
  std::vector<std::vector<sink>> sinks_;  // by tensor
  std::vector<layer_views> of_layer_;
  std::vector<ending> ends_;
};

}  // namespace

raster raster_of(const window &g) {
  raster r;
  r.first_row = std::max<int64_t>(0, g.pad_top - (g.kernel_height - 1));
  r.first_column = std::max<int64_t>(0, g.pad_left - (g.kernel_width - 1));
  r.pitch = std::max({r.first_column + g.width, (g.out_width - 1) * g.stride_width + 1,
                      g.kernel_height > 1 ? kShortestLine : int64_t{1}});
  const int64_t row = r.first_row + g.kernel_height - 1 - g.pad_top,
                column = r.first_column + g.kernel_width - 1 - g.pad_left;
  r.first_result = row * r.pitch + column;
  const int64_t last_result =
      r.first_result + (g.out_height - 1) * g.stride_height * r.pitch + (g.out_width - 1) * g.stride_width;
  const int64_t last_pixel = (r.first_row + g.height - 1) * r.pitch + r.first_column + g.width - 1;
  r.cells = std::max(last_result, last_pixel) + 1;
  return r;
}

schedule schedule_of(const layer &l, int64_t parts) {
  schedule how;
  how.parts = parts;
  how.inputs = l.weights.inputs / parts;
  const int64_t reuse = (l.reuse_factor + parts - 1) / parts, outputs = l.weights.outputs;
  if (l.how == strategy::latency) how.interval = reuse;
  if (l.how != strategy::resource) return how;
  // The first number of steps from `reuse` on that divides the inputs, or the outputs with one input in a step.
  for (int64_t steps = reuse; steps <= how.inputs; ++steps)
    if (how.inputs % steps == 0) {
      how.in_steps = steps;
      return how;
    }
  how.in_steps = how.inputs;
  how.groups = std::min(outputs, (reuse + how.inputs - 1) / how.inputs);
  while (outputs % how.groups != 0) ++how.groups;
  return how;
}

stream_plan plan_streams(const model &m) { return planner(m).take(); }

}  // namespace nac::hls
