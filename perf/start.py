"""Opening the app without a network, with 500 observations on the phone, on a CPU four times slower than this one."""

import statistics

from perf.phone import SLOWER, full_phone, seconds_to_list
from perf.table import Figure, show

N_OBSERVATIONS, N_RUNS = 500, 5


def main() -> None:
    with full_phone(N_OBSERVATIONS) as (device, study):
        waits = [seconds_to_list(device, study) for _ in range(N_RUNS)]
    what = f"start without a network, {N_OBSERVATIONS} observations, CPU {SLOWER}× slower, to the list"
    show(Figure(what, statistics.median(waits), 1.0, "s"))


if __name__ == "__main__":
    main()
