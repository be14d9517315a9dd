// SPDX-License-Identifier: Apache-2.0
//
// Tensors that read() hands out: what they are, and when and where they can be deleted.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <thread>

#include "verify/check.hpp"
#include "verify/task_object.hpp"

namespace nac::fw::verify {

namespace {
/// Throws Failed unless the tensor is what `info` declares, for `count` samples, by the rules of nac/tensor.h.
void judge(const nac_tensor *tensor, const nac_tensor_info &info, uint64_t count, const std::string &what) {
  const auto bad = [&](const std::string &problem) {
    throw Failed(fmt::format("{} '{}': {}", what, info.name, problem));
  };
  if (tensor == nullptr) bad("read succeeded and handed out NULL");
  const nac_view &view = tensor->view;
  if (tensor->deleter == nullptr) bad("its deleter is NULL");
  if (tensor->version.major != 1) bad(fmt::format("its version is {}, must be 1.x", tensor->version.major));
  if (view.device.type != NAC_DEVICE_CPU) bad(fmt::format("its device type is {}, must be CPU (1)", view.device.type));
  if (view.dtype.code != info.dtype.code || view.dtype.bits != info.dtype.bits || view.dtype.lanes != 1)
    bad(fmt::format("its dtype is (code {}, bits {}, lanes {}), declared is (code {}, bits {}, lanes 1)",
                    view.dtype.code, view.dtype.bits, view.dtype.lanes, info.dtype.code, info.dtype.bits));
  if (view.ndim != info.ndim + 1)
    bad(fmt::format("it has {} dimensions, declared are {} and the batch", view.ndim, info.ndim));
  if (view.shape == nullptr || view.strides == nullptr) bad("its shape or strides are NULL");
  for (int32_t d = 0; d < view.ndim; ++d) {
    const int64_t expected = d == 0 ? static_cast<int64_t>(count) : info.shape[d - 1];
    if (view.shape[d] != expected) bad(fmt::format("dimension {} is {}, expected {}", d, view.shape[d], expected));
  }
  if (view.byte_offset != 0) bad(fmt::format("its byte_offset is {}, must be 0", view.byte_offset));
  if (view.data == nullptr && count > 0) bad("its data is NULL");
}

void judge_infos(const nac_tensor_info *const *infos, uint32_t count, const char *what) {
  if (count == 0 || infos == nullptr) throw Failed(fmt::format("info declares no {}", what));
  for (uint32_t i = 0; i < count; ++i) {
    if (infos[i] == nullptr || !NAC_HAS(infos[i], nac_tensor_info, dtype))
      throw Failed(fmt::format("info of {} {} is NULL or has too small a struct_size", what, i));
    const nac_tensor_info &info = *infos[i];
    if (info.name == nullptr || info.name[0] == '\0') throw Failed(fmt::format("{} {} has no name", what, i));
    if (info.ndim < 0 || info.ndim > 7 || (info.ndim > 0 && info.shape == nullptr))
      throw Failed(
          fmt::format("{} '{}' has {} dimensions; accepted are 0 to 7, with a shape", what, info.name, info.ndim));
    const bool f32 = info.dtype.code == NAC_DTYPE_FLOAT && info.dtype.bits == 32;
    const bool i64 = info.dtype.code == NAC_DTYPE_INT && info.dtype.bits == 64;
    if ((!f32 && !i64) || info.dtype.lanes != 1)
      throw Failed(fmt::format("{} '{}' is declared with a dtype other than float 32 and int 64", what, info.name));
  }
}

void as_declared(Subject &subject) {
  TaskObject task(subject);
  const nac_task_info &info = task.info();
  judge_infos(info.inputs, info.input_count, "input");
  judge_infos(info.targets, info.target_count, "target");
  for (const char *split : kSplits) {
    const uint64_t size = task.size(split);
    if (size == 0) throw Failed(fmt::format("the split '{}' has no samples", split));
    for (const uint64_t count : {uint64_t{1}, std::min<uint64_t>(size, 5)}) {
      std::vector<uint64_t> index(count, size - 1);
      index[0] = 0;
      TaskObject::Batch batch = task.read(split, index, 1);
      for (uint32_t i = 0; i < info.input_count; ++i)
        judge(batch.inputs[i], *info.inputs[i], count, fmt::format("read of '{}', input", split));
      for (uint32_t i = 0; i < info.target_count; ++i)
        judge(batch.targets[i], *info.targets[i], count, fmt::format("read of '{}', target", split));
      std::vector<nac_tensor *> all = batch.inputs;
      all.insert(all.end(), batch.targets.begin(), batch.targets.end());
      std::sort(all.begin(), all.end());
      if (std::adjacent_find(all.begin(), all.end()) != all.end())
        throw Failed(
            fmt::format("read of '{}' hands out the same tensor twice; the host would delete it twice", split));
      batch.release();
    }
  }
  task.destroy();
  subject.deinit();
}

/// Sum over the bytes, so that a later change or an unmapped page is noticed.
uint64_t checksum(const nac_tensor *tensor) {
  const Tensor copy = Tensor::copy_of(tensor->view);
  uint64_t sum = 1469598103934665603u;
  for (std::size_t i = 0; i < copy.bytes(); ++i)
    sum = (sum ^ static_cast<const unsigned char *>(copy.raw())[i]) * 1099511628211u;
  return sum;
}

void after_destroy(Subject &subject) {
  TaskObject task(subject);
  TaskObject::Batch batch = task.read("train", {0}, 1);
  const uint64_t before = checksum(batch.inputs[0]);
  task.destroy();
  subject.deinit();
  if (checksum(batch.inputs[0]) != before) throw Failed("the data of a tensor changes when its object is destroyed");
  batch.release();
}

void other_thread(Subject &subject) {
  TaskObject task(subject);
  TaskObject::Batch batch = task.read("train", {0}, 1);
  std::thread([&] { batch.release(); }).join();
  task.destroy();
  subject.deinit();
}

void separate_outputs(Subject &subject) {
  TaskObject task(subject);
  const uint64_t last = task.size("validation") - 1;
  TaskObject::Batch first = task.read("validation", {0, 0}, 1);
  std::vector<nac_tensor *> all = first.inputs;
  all.insert(all.end(), first.targets.begin(), first.targets.end());
  std::vector<uint64_t> sums;
  for (const nac_tensor *tensor : all) sums.push_back(checksum(tensor));
  TaskObject::Batch second = task.read("validation", {last, last}, 2);
  for (std::size_t i = 0; i < all.size(); ++i)
    if (checksum(all[i]) != sums[i])
      throw Failed("a second read changes the data of tensors that were handed out before");
  all.insert(all.end(), second.inputs.begin(), second.inputs.end());
  all.insert(all.end(), second.targets.begin(), second.targets.end());
  for (std::size_t i = 0; i < all.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (all[i] == all[j] || all[i]->view.data == all[j]->view.data)
        throw Failed("two tensors that were handed out share their memory");
  first.release();
  second.release();
}

void finite(Subject &subject) {
  TaskObject task(subject);
  for (const char *split : kSplits) {
    const std::vector<uint64_t> index = spread(task.size(split), 512);
    const Samples samples = task.samples(split, index, subject.seed);
    for (const std::vector<Tensor> *list : {&samples.inputs, &samples.targets})
      for (std::size_t t = 0; t < list->size(); ++t) {
        const Tensor &tensor = (*list)[t];
        if (tensor.dtype() != DType::f32) continue;
        const auto values = static_cast<std::size_t>(tensor.elements());
        for (std::size_t i = 0; i < values; ++i)
          if (!std::isfinite(tensor.data<float>()[i]))
            throw Failed(fmt::format("sample {} of '{}': {} {} contains {}", index[i / (values / index.size())], split,
                                     list == &samples.inputs ? "input" : "target", t, tensor.data<float>()[i]));
      }
  }
}
}  // namespace

std::vector<Check> tensor_checks() {
  return {
      {"tensors", "shape-dtype-as-declared", "table-size-covers-required", Scope::task, as_declared,
       "tensors have the declared shape and type, a deleter, and keep the rules of nac/tensor.h"},
      {"tensors", "deleter-after-destroy", "shape-dtype-as-declared", Scope::task, after_destroy,
       "tensors outlive the object that made them, and deinit"},
      {"tensors", "deleter-on-other-thread", "shape-dtype-as-declared", Scope::task, other_thread,
       "tensors can be deleted on another thread"},
      {"tensors", "outputs-not-inputs", "shape-dtype-as-declared", Scope::task, separate_outputs,
       "no two tensors that were handed out share memory, and later reads leave them alone"},
      {"tensors", "finite", "shape-dtype-as-declared", Scope::task, finite, "samples contain no NaN and no infinity"},
  };
}

}  // namespace nac::fw::verify
