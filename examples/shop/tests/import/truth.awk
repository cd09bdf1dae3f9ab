# Counts a purchase log in the layout of the sample, in whole cents, and prints what `import --json` must print.
# It shares nothing with the program.

function dollars(cents) {
    return sprintf("\"%d.%02d\"", int(cents / 100), cents % 100)
}

function day(date) {
    return sprintf("\"%s-%s-%s\"", substr(date, 1, 4), substr(date, 5, 2), substr(date, 7, 2))
}

{
    sub(/\r$/, "")
}

NF == 5 {
    split($5, price, ".")
    cents = price[1] * 100 + price[2]
    customer = $1 ""

    if (!(customer in orders)) customers++
    orders[customer]++
    items[customer] += $4
    spent[customer] += cents

    count++
    cds += $4
    revenue += cents
    if (first == "" || $3 < first) first = $3
    if (last == "" || $3 > last) last = $3
}

END {
    printf "{\"orders\":%d,\"customers\":%d,\"items\":%d,\"revenue\":%s", count, customers, cds, dollars(revenue)
    printf ",\"first\":%s,\"last\":%s,\"top\":[", day(first), day(last)
    for (place = 1; place <= 10 && place <= customers; place++) {
        best = ""
        for (customer in spent) {
            if (customer in told) continue
            if (best == "" || spent[customer] > spent[best] || (spent[customer] == spent[best] && customer "" < best "")) {
                best = customer
            }
        }
        told[best] = 1
        if (place > 1) printf ","
        printf "{\"customer\":\"%s\",\"orders\":%d,\"items\":%d,\"spent\":%s}", best, orders[best], items[best], dollars(spent[best])
    }
    print "]}"
}
