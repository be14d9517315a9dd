// SPDX-License-Identifier: Apache-2.0
//
// io_parallel: tensors are arrays of registers. Where every layer takes a new sample every reuse_factor clocks, the
// whole network is one pipeline. Otherwise (strategy resource, or pixels and rows computed in turn) it is a dataflow of
// layers, in which an array has one writer and one reader: a tensor with several readers is copied for each.
#include <algorithm>
#include <numeric>

#include "hls_backend/emit/common.hpp"
#include "hls_backend/emit/parallel_layer.hpp"

namespace nac::hls {
namespace {

std::size_t at(int i) { return static_cast<std::size_t>(i); }

const char *const kHeaders[] = {"add",     "concat", "conv",    "dense", "matmul",   "pointwise",
                                "pooling", "reduce", "softmax", "table", "transpose"};

class top_function {
 public:
  explicit top_function(const model &m) : m_(m), readers_(m.tensors.size()), next_(m.tensors.size(), 0) {
    dataflow_ = !std::all_of(m.layers.begin(), m.layers.end(), is_pipelined);
    for (std::size_t t = 0; t < m.tensors.size(); ++t)
      readers_[t] = static_cast<int>(m.tensors[t].users.size() +
                                     static_cast<std::size_t>(std::count(m.outputs.begin(), m.outputs.end(), t)));
  }

  std::string text() {
    for (std::size_t i = 0; i < m_.inputs.size(); ++i) distribute(m_.inputs[i], input_name(i));
    for (const layer &l : m_.layers)
      if (l.kind != layer_kind::input) call(l);
    for (std::size_t i = 0; i < m_.outputs.size(); ++i) deliver(i);
    return functions_ + head() + calls_ + "}\n";
  }

 private:
  std::string head() const {
    std::string arguments, reshape, interface;
    const auto argument = [&](int tensor, const std::string &type, const std::string &name, const char *size, bool in,
                              std::size_t i) {
      arguments += (arguments.empty() ? "" : ", ") + type + " " + name + "[" + size + std::to_string(i + 1) + "]";
      reshape += std::string("#pragma HLS ") + (in ? "ARRAY_RESHAPE" : "ARRAY_PARTITION") + " variable=" + name +
                 " complete dim=0\n";
      interface += "#pragma HLS INTERFACE ap_vld port=" + name + "\n";
      return "// " + name + ": " + comment_text(m_.tensors[at(tensor)].name) + "\n";
    };
    std::string comments;
    for (std::size_t i = 0; i < m_.inputs.size(); ++i)
      comments += argument(m_.inputs[i], element_type(m_, m_.inputs[i]), input_name(i), "N_INPUT_", true, i);
    for (std::size_t i = 0; i < m_.outputs.size(); ++i)
      comments += argument(m_.outputs[i], result_type(i), output_name(i), "N_OUTPUT_", false, i);
    int interval = 1;
    for (const layer &l : m_.layers) interval = std::max(interval, l.reuse_factor);
    return comments + "void " + m_.how.project + "(" + arguments + ") {\n" + reshape + interface +
           (dataflow_ ? "#pragma HLS DATAFLOW\n\n" : "#pragma HLS PIPELINE II=" + std::to_string(interval) + "\n\n");
  }

  bool is_copied(int tensor) const { return dataflow_ && readers_[at(tensor)] > 1; }

  /// Whether the layer can write the argument itself: the network's output is all that becomes of its tensor.
  bool is_only_output(int tensor) const {
    const tensor_ref &t = m_.tensors[at(tensor)];
    return t.is_output && readers_[at(tensor)] == 1 && m_.layers[at(t.producer)].kind != layer_kind::input;
  }

  void declare(int tensor, const std::string &name) {
    calls_ +=
        "  " + array_text(m_, tensor, name) + ";\n#pragma HLS ARRAY_PARTITION variable=" + name + " complete dim=0\n";
  }

  static std::string copy_name(const std::string &name, int reader) { return name + "_" + std::to_string(reader); }

  /// Makes the copies that the readers of a tensor are given.
  void distribute(int tensor, const std::string &name) {
    names_.resize(m_.tensors.size());
    names_[at(tensor)] = name;
    if (readers_[at(tensor)] == 0) calls_ += "  (void)" + name + ";  // nothing reads it\n";
    if (!is_copied(tensor)) return;
    const std::string function = "copy_" + name;
    std::string arguments, names, body;
    for (int r = 1; r <= readers_[at(tensor)]; ++r) {
      const std::string copy = copy_name(name, r);
      declare(tensor, copy);
      arguments += ", " + array_text(m_, tensor, "y" + std::to_string(r));
      names += ", " + copy;
      body += "  nac::copy<" + size_name(m_, tensor) + ">(x, y" + std::to_string(r) + ");\n";
    }
    functions_ += "static void " + function + "(const " + array_text(m_, tensor, "x") + arguments +
                  ") {\n#pragma HLS PIPELINE II=1\n" + body + "}\n\n";
    calls_ += "  " + function + "(" + name + names + ");\n\n";
  }

  /// What the next reader of a tensor reads.
  std::string read(int tensor) {
    const std::string &name = names_[at(tensor)];
    return is_copied(tensor) ? copy_name(name, ++next_[at(tensor)]) : name;
  }

  void call(const layer &l) {
    functions_ += parallel_function(m_, l);
    std::string arguments;
    for (const int t : l.inputs) arguments += read(t) + ", ";
    std::string result = numbered("layer", l) + "_out";
    if (is_only_output(l.output))
      result = output_name(
          static_cast<std::size_t>(std::find(m_.outputs.begin(), m_.outputs.end(), l.output) - m_.outputs.begin()));
    else
      declare(l.output, result);
    calls_ += "  " + numbered("layer", l) + "(" + arguments + result + ");  // " + comment_text(l.name) + "\n\n";
    distribute(l.output, result);
  }

  void deliver(std::size_t output) {
    const int tensor = m_.outputs[output];
    if (is_only_output(tensor)) return;
    const std::string function = "result" + std::to_string(output + 1);
    functions_ += "static void " + function + "(const " + array_text(m_, tensor, "x") + ", " + result_type(output) +
                  " y[N_OUTPUT_" + std::to_string(output + 1) + "]) {\n#pragma HLS PIPELINE II=1\n  nac::copy<" +
                  size_name(m_, tensor) + ">(x, y);\n}\n\n";
    calls_ += "  " + function + "(" + read(tensor) + ", " + output_name(output) + ");\n";
  }

  using tensor_ref = tensor;
  const model &m_;
  bool dataflow_ = false;
  std::vector<int> readers_, next_;
  std::vector<std::string> names_;
  std::string functions_, calls_;
};

port array_port(const model &m, int t, const std::string &name, const std::string &type) {
  port p;
  p.name = name;
  p.type = type;
  p.element = m.tensors[at(t)].type;
  p.size = p.word = m.tensors[at(t)].size;
  p.order.resize(static_cast<std::size_t>(p.size));
  std::iota(p.order.begin(), p.order.end(), 0);
  return p;
}

}  // namespace

design parallel_design(const model &m) {
  design d;
  for (std::size_t i = 0; i < m.inputs.size(); ++i)
    d.inputs.push_back(array_port(m, m.inputs[i], input_name(i), element_type(m, m.inputs[i])));
  for (std::size_t i = 0; i < m.outputs.size(); ++i)
    d.outputs.push_back(array_port(m, m.outputs[i], output_name(i), result_type(i)));
  d.defines = type_definitions(m);
  for (const char *const header : kHeaders)
    d.parameters += std::string("#include \"nac_utils/nac_") + header + ".h\"\n";
  d.parameters += "\n";
  for (const layer &l : m.layers) {
    d.parameters += constant_includes(l);
    for (file &f : constant_files(l)) d.weights.push_back(std::move(f));
  }
  for (const layer &l : m.layers)
    if (l.kind != layer_kind::input) d.parameters += parallel_config(m, l);
  d.function = top_function(m).text();
  return d;
}

}  // namespace nac::hls
