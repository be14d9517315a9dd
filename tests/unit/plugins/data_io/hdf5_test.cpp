// SPDX-License-Identifier: Apache-2.0
#include "data_io/hdf5.hpp"

#include <hdf5.h>

#include <catch2/catch.hpp>
#include <numeric>
#include <thread>

#include "support/file_bytes.hpp"
#include "support/temp_folder.hpp"

using namespace nac::data_io;
using nac::test::TempFolder;

namespace {

/// "cube" [4, 5, 6] int16 with value 100 f + 10 r + c, in one piece and in compressed chunks; strings; a group.
void write_sample(const std::filesystem::path &path) {
  const hid_t file = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
  const hsize_t dims[3] = {4, 5, 6}, chunk[3] = {1, 5, 6}, four = 4, three = 3;
  std::vector<int16_t> cube;
  for (int f = 0; f < 4; ++f)
    for (int r = 0; r < 5; ++r)
      for (int c = 0; c < 6; ++c) cube.push_back(static_cast<int16_t>(100 * f + 10 * r + c));
  const hid_t space = H5Screate_simple(3, dims, nullptr);
  const hid_t plain = H5Dcreate2(file, "cube", H5T_STD_I16LE, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  H5Dwrite(plain, H5T_NATIVE_INT16, H5S_ALL, H5S_ALL, H5P_DEFAULT, cube.data());
  H5Dclose(plain);
  const hid_t options = H5Pcreate(H5P_DATASET_CREATE);
  H5Pset_chunk(options, 3, chunk);
  H5Pset_deflate(options, 4);
  const hid_t chunked = H5Dcreate2(file, "chunked", H5T_STD_I16BE, space, H5P_DEFAULT, options, H5P_DEFAULT);
  H5Dwrite(chunked, H5T_NATIVE_INT16, H5S_ALL, H5S_ALL, H5P_DEFAULT, cube.data());
  H5Dclose(chunked);
  H5Pclose(options);
  H5Sclose(space);

  const float floats[4] = {0.5F, 1.5F, -2, 3};
  const hid_t line = H5Screate_simple(1, &four, nullptr);
  const hid_t d = H5Dcreate2(file, "floats", H5T_IEEE_F32LE, line, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  H5Dwrite(d, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, floats);
  H5Dclose(d);
  H5Sclose(line);

  const hid_t names = H5Screate_simple(1, &three, nullptr);
  const hid_t fixed = H5Tcopy(H5T_C_S1);
  H5Tset_size(fixed, 4);
  H5Tset_strpad(fixed, H5T_STR_NULLPAD);
  const hid_t s = H5Dcreate2(file, "fixed", fixed, names, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  H5Dwrite(s, fixed, H5S_ALL, H5S_ALL, H5P_DEFAULT, "pt\0\0etaXphi\0");
  H5Dclose(s);
  H5Tclose(fixed);
  const hid_t variable = H5Tcopy(H5T_C_S1);
  H5Tset_size(variable, H5T_VARIABLE);
  const char *words[3] = {"a", "", "a longer one"};
  const hid_t v = H5Dcreate2(file, "variable", variable, names, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  H5Dwrite(v, variable, H5S_ALL, H5S_ALL, H5P_DEFAULT, words);
  H5Dclose(v);
  H5Tclose(variable);
  H5Sclose(names);
  H5Gclose(H5Gcreate2(file, "group", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
  H5Fclose(file);
}

}  // namespace

TEST_CASE("hdf5: shapes, storage and blocks") {
  const TempFolder folder;
  write_sample(folder / "a.h5");
  const h5_file file(folder / "a.h5");
  CHECK(file.names() == std::vector<std::string>{"chunked", "cube", "fixed", "floats", "group", "variable"});
  for (const char *name : {"cube", "chunked"}) {
    const h5_dataset d = file.dataset(name);
    CHECK(d.shape() == std::vector<uint64_t>{4, 5, 6});
    CHECK_FALSE(d.floating());
    std::vector<float> block(4);
    d.read<float>({2, 1, 3}, {1, 2, 2}, block.data());
    CHECK(block == std::vector<float>{213, 214, 223, 224});
    std::vector<uint16_t> last(1);
    d.read<uint16_t>({3, 4, 5}, {1, 1, 1}, last.data());
    CHECK(last[0] == 345);
    CHECK(d.read_all<int64_t>().size() == 120);
    CHECK_NOTHROW(d.read<float>({4, 0, 0}, {0, 5, 6}, nullptr));
  }
  CHECK(file.dataset("cube").chunk().empty());
  CHECK(file.dataset("chunked").chunk() == std::vector<uint64_t>{1, 5, 6});
  CHECK(file.dataset("floats").read_all<double>() == std::vector<double>{0.5, 1.5, -2, 3});
  CHECK(file.strings("fixed") == std::vector<std::string>{"pt", "etaX", "phi"});
  CHECK(file.strings("variable") == std::vector<std::string>{"a", "", "a longer one"});
}

TEST_CASE("hdf5: a dataset outlives its file object") {
  const TempFolder folder;
  write_sample(folder / "a.h5");
  h5_dataset d = h5_file(folder / "a.h5").dataset("floats");
  h5_dataset moved = std::move(d);
  CHECK(moved.read_all<float>().at(1) == 1.5F);
}

TEST_CASE("hdf5: wrong use and damaged files get one clear message") {
  const TempFolder folder;
  write_sample(folder / "a.h5");
  const h5_file file(folder / "a.h5");
  const h5_dataset cube = file.dataset("cube");
  std::vector<float> out(1000);
  CHECK_THROWS_WITH(cube.read<float>({0, 0}, {1, 1}, out.data()), Catch::Contains("3 dimensions"));
  CHECK_THROWS_WITH(cube.read<float>({3, 0, 0}, {2, 1, 1}, out.data()), Catch::Contains("(3, 0, 0)"));
  CHECK_THROWS_WITH(cube.read<float>({0, 0, 0}, {UINT64_MAX, 1, 1}, out.data()), Catch::Contains("outside"));
  CHECK_THROWS_WITH(file.dataset("floats").read_all<int32_t>(), Catch::Contains("floating-point"));
  CHECK_THROWS_WITH(file.dataset("frames"), Catch::Contains("'frames'") && Catch::Contains("cube"));
  CHECK_THROWS_WITH(file.dataset("group"), Catch::Contains("no dataset"));
  CHECK_THROWS_WITH(file.dataset("fixed"), Catch::Contains("neither integers"));
  CHECK_THROWS_WITH(file.strings("cube"), Catch::Contains("no list of strings"));
  CHECK_THROWS_WITH(h5_file(folder / "b.h5"), Catch::Contains("b.h5") && Catch::Contains("no file"));
  nac::test::write_bytes(folder / "text.h5", "not HDF5 at all");
  CHECK_THROWS_WITH(h5_file(folder / "text.h5"),
                    Catch::Contains("no readable HDF5 file") && Catch::Contains("signature"));
  const std::string good = nac::test::read_bytes(folder / "a.h5");
  for (std::size_t size = 0; size < good.size(); size += 211) {
    nac::test::write_bytes(folder / "cut.h5", good.substr(0, size));
    try {
      const h5_file cut(folder / "cut.h5");
      cut.dataset("chunked").read_all<float>();
      FAIL("a file cut to " << size << " bytes was read");
    } catch (const nac::failure &e) {
      CHECK(std::string(e.what()).find("cut.h5") != std::string::npos);
    }
  }
}

TEST_CASE("hdf5: several threads may read at once") {
  const TempFolder folder;
  write_sample(folder / "a.h5");
  const h5_file file(folder / "a.h5");
  std::vector<int> sums(4);
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < sums.size(); ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 50; ++i) {
        const std::vector<int32_t> all = file.dataset(t % 2 == 0 ? "cube" : "chunked").read_all<int32_t>();
        sums[t] = std::accumulate(all.begin(), all.end(), 0);
      }
    });
  for (std::thread &t : threads) t.join();
  CHECK(sums == std::vector<int>(4, sums[0]));
  CHECK(sums[0] == 100 * 180 + 10 * 240 + 300);
}
