// SPDX-License-Identifier: Apache-2.0
//
// The search space of a task and the networks it builds.
#include <fmt/format.h>

#include "graph/canonical_hash.hpp"
#include "services/graph_service.hpp"
#include "verify/check.hpp"
#include "verify/task_object.hpp"

namespace nac::fw::verify {

namespace {
constexpr int kPoints = 200;

void space_nonempty(Subject &subject) {
  const TaskObject task(subject);
  const Space space = task.space();
  if (space.dimensions().empty()) throw Failed("the search space has no dimension");
  if (task.space().fingerprint() != space.fingerprint()) throw Failed("space gives another space when asked again");
  if (space.size() < 2) throw Warned("the search space has a single point");
}

/// Calls f(point, graph or null, reason) for random points.
template <class F>
void for_random_points(const TaskObject &task, uint64_t seed, int count, F &&f) {
  const Space space = task.space();
  nac::rng rng(nac::stream_key(seed, 17));
  for (int i = 0; i < count; ++i) {
    const Point point = random_point(space, rng);
    std::string reason;
    const std::optional<Graph> graph = task.build(point, &reason);
    f(point, graph ? &*graph : nullptr, reason);
  }
}

void random_points_build(Subject &subject) {
  const TaskObject task(subject);
  int built = 0;
  for_random_points(task, subject.seed, kPoints,
                    [&](const Point &, const Graph *graph, const std::string &) { built += graph != nullptr; });
  if (built == 0) throw Failed(fmt::format("none of {} random points can be built", kPoints));
  if (built < kPoints / 20) throw Warned(fmt::format("only {} of {} random points can be built", built, kPoints));
}

void infeasible_is_clean(Subject &subject) {
  const TaskObject task(subject);
  int infeasible = 0;
  std::optional<Point> good;
  std::string hash;
  for_random_points(
      task, subject.seed, kPoints, [&](const Point &point, const Graph *graph, const std::string &reason) {
        if (graph != nullptr) {
          if (!good) good = point, hash = canonical_hash(*graph);
          return;
        }
        ++infeasible;
        if (reason.empty()) throw Failed(fmt::format("{} is called infeasible without a reason", point.canonical()));
        if (!good) return;
        const std::optional<Graph> again = task.build(*good);
        if (!again || canonical_hash(*again) != hash)
          throw Failed(fmt::format("after the infeasible {}, the same object builds another network for {}",
                                   point.canonical(), good->canonical()));
      });
  if (infeasible == 0) throw Skipped(fmt::format("none of {} random points is infeasible", kPoints));
}

void build_deterministic(Subject &subject) {
  const TaskObject first(subject), second(subject);
  for_random_points(first, subject.seed, 25, [&](const Point &point, const Graph *graph, const std::string &) {
    for (const TaskObject *task : {&first, &second}) {
      const std::optional<Graph> again = task->build(point);
      if (again.has_value() != (graph != nullptr) || (again && canonical_hash(*again) != canonical_hash(*graph)))
        throw Failed(fmt::format("two builds of {} give different networks", point.canonical()));
    }
  });
}

std::string text_of(DType dtype, const Shape &shape) {
  return fmt::format("{} [{}]", name_of(dtype), fmt::join(shape, ", "));
}

/// Throws Failed unless the graph holds together and its inputs are the declared ones, in order.
void judge(const TaskObject &task, const Graph &graph, const std::string &what) {
  try {
    graph.check();
  } catch (const std::exception &e) {
    throw Failed(fmt::format("{}: {}", what, e.what()));
  }
  const nac_task_info &info = task.info();
  if (graph.inputs().size() != info.input_count)
    throw Failed(fmt::format("{} has {} inputs, the task declares {}", what, graph.inputs().size(), info.input_count));
  for (uint32_t i = 0; i < info.input_count; ++i) {
    const Value &value = graph.value(graph.inputs()[i]);
    Shape shape = {-1};
    shape.insert(shape.end(), info.inputs[i]->shape, info.inputs[i]->shape + info.inputs[i]->ndim);
    const DType dtype = from_abi(info.inputs[i]->dtype);
    if (value.name != info.inputs[i]->name || value.dtype != dtype || value.shape != shape)
      throw Failed(fmt::format("{}: input {} is '{}' {}, the task declares '{}' {}", what, i, value.name,
                               text_of(value.dtype, value.shape), info.inputs[i]->name, text_of(dtype, shape)));
  }
}

void graph_checks(Subject &subject) {
  const TaskObject task(subject);
  for_random_points(task, subject.seed, 50, [&](const Point &point, const Graph *graph, const std::string &) {
    if (graph != nullptr) judge(task, *graph, fmt::format("the network of {}", point.canonical()));
  });
}

void loss_is_scalar(Subject &subject) {
  const TaskObject task(subject);
  Graph graph = task.some_network(subject.seed);
  const std::size_t inputs = graph.inputs().size();
  nac_value loss = 0;
  ErrorBox error;
  error.must_succeed(task.api().loss(task.self(), to_abi(&graph), &loss, error.get()), "loss");
  if (!graph.has_value(loss)) throw Failed(fmt::format("loss returned {}, which is no value of the graph", loss));
  const Value &value = graph.value(loss);
  if (!value.shape.empty() || value.dtype != DType::f32)
    throw Failed(fmt::format("the loss '{}' is {}, must be a float 32 scalar (shape [])", value.name,
                             text_of(value.dtype, value.shape)));
  const nac_task_info &info = task.info();
  if (graph.inputs().size() != inputs + info.target_count)
    throw Failed(fmt::format("loss added {} inputs, must add one for each of the {} targets",
                             graph.inputs().size() - inputs, info.target_count));
  for (uint32_t i = 0; i < info.target_count; ++i) {
    const Value &target = graph.value(graph.inputs()[inputs + i]);
    if (target.name != info.targets[i]->name || target.dtype != from_abi(info.targets[i]->dtype))
      throw Failed(fmt::format("loss input {} is '{}' {}, the task declares the target '{}' {}", i, target.name,
                               name_of(target.dtype), info.targets[i]->name,
                               name_of(from_abi(info.targets[i]->dtype))));
  }
}

void presets_build(Subject &subject) {
  const TaskObject task(subject);
  const nac_task_info &info = task.info();
  for (uint32_t i = 0; i < info.preset_count; ++i) {
    const std::string name = info.presets[i]->name;
    judge(task, task.build_preset(name), fmt::format("preset '{}'", name));
  }
  if (info.preset_count == 0) throw Skipped("it has no presets");
}
}  // namespace

std::vector<Check> network_checks() {
  return {
      {"task", "space-nonempty", "table-size-covers-required", Scope::task, space_nonempty,
       "there is something to search"},
      {"task", "random-points-build", "space-nonempty", Scope::task, random_points_build,
       "200 random points are built or called infeasible"},
      {"task", "infeasible-is-clean", "random-points-build", Scope::task, infeasible_is_clean,
       "infeasible points come with a reason and leave the object as it was"},
      {"task", "build-deterministic", "random-points-build", Scope::task, build_deterministic,
       "the same point gives the same network, from every object"},
      {"task", "graph-checks", "random-points-build", Scope::task, graph_checks,
       "networks pass the host's check and have the declared inputs"},
      {"task", "loss-is-scalar", "graph-checks", Scope::task, loss_is_scalar,
       "the loss is one number and adds one input for each target"},
      {"task", "presets-build", "table-size-covers-required", Scope::task, presets_build, "every preset can be built"},
  };
}

}  // namespace nac::fw::verify
