/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From C++17: handles that free themselves, and an exception for a failure. */
#include <cmath>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <vector>

#include <shift/shift.h>

namespace
{

struct Free {
    void operator()(shift_schema *schema) const
    {
        shift_schema_free(schema);
    }
    void operator()(shift_profile *profile) const
    {
        shift_profile_free(profile);
    }
    void operator()(shift_comparison *comparison) const
    {
        shift_comparison_free(comparison);
    }
};

template <typename T> using Handle = std::unique_ptr<T, Free>;

/* Call a function of the library that makes something. */
template <typename T, typename Function, typename... Arguments>
Handle<T> make(Function function, Arguments... arguments)
{
    T *made = nullptr;
    shift_error err = SHIFT_ERROR_INIT;
    if (function(&made, arguments..., &err) != SHIFT_OK)
        throw std::runtime_error(err.message);
    return Handle<T>(made);
}

template <typename Function, typename... Arguments>
void call(Function function, Arguments... arguments)
{
    shift_error err = SHIFT_ERROR_INIT;
    if (function(arguments..., &err) != SHIFT_OK)
        throw std::runtime_error(err.message);
}

Handle<shift_profile> profile(const shift_schema *schema, const std::vector<double> &values)
{
    auto made = make<shift_profile>(shift_profile_new, schema, nullptr);
    const shift_column column = {values.data(), nullptr, nullptr, nullptr, nullptr};
    const shift_batch batch = {values.size(), 1, &column};
    call(shift_profile_add, made.get(), &batch);
    return made;
}

} // namespace

int main()
{
    try {
        std::vector<double> train;
        std::vector<double> prod;
        for (int i = 0; i < 500; i++) {
            train.push_back(std::sin(i));
            prod.push_back(std::sin(i) + 1);
        }
        auto schema = make<shift_schema>(shift_schema_new);
        call(shift_schema_add, schema.get(), "signal", SHIFT_KIND_NUMERIC);
        auto before = profile(schema.get(), train);
        auto after = profile(schema.get(), prod);
        const shift_policy *defaults = nullptr;
        auto found = make<shift_comparison>(shift_compare, before.get(), after.get(), defaults);
        std::cout << found->features[0]->name << ": " << shift_verdict_name(found->verdict) << "\n";
        return 0;
    } catch (const std::exception &failure) {
        std::cerr << failure.what() << "\n";
        return 2;
    }
}
