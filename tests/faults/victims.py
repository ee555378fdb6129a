"""What runs in processes that are killed or measured; and the order files they import."""

import resource
import threading
import time

from sopdash.exports.load import load_file, load_files
from sopdash.warehouse import open_store

HEAD = "订单号,下单时间,付款时间,实付金额,退款金额,订单状态,数量,手机号,会员号\n"


def order(name, number, phone=None):
    """One paid order of 1.01 × (number + 1) yuan."""
    minute = f"2026-11-{1 + number % 15:02d} 10:{number % 60:02d}:00"
    paid = f"{(number + 1) * 101 / 100:.2f}"
    return f"{name}-{number:06d},{minute},{minute},{paid},0.00,交易成功,1,{phone or 13800000000 + number},U{number:05d}"


def write_orders(folder, name, rows):
    """An order file of `rows` orders whose numbers begin with the file's name."""
    path = folder / f"{name}.csv"
    path.write_text(HEAD + "".join(f"{order(name, number)}\n" for number in range(rows)), "utf-8")
    return path


def import_all(database, paths, said):
    """Imports the files; says how many are acknowledged whenever that changes."""
    store = open_store(database)
    said.send(-1)
    names = {path.name for path in paths}
    load_files(store, paths, progress=lambda what, done, of: said.send(done if what in names else len(paths)))
    said.send(len(paths) + 1)
    store.close()


def meet(database, paths, said):
    """Imports hostile files while a second thread queries; says how each ended, the queries' times and peak memory."""
    store = open_store(database)
    answers, over = [], threading.Event()

    def ask():
        while not over.is_set():
            begun = time.monotonic()
            store.warehouse.rows("select count(*) from mart.orders")
            answers.append(time.monotonic() - begun)
            time.sleep(0.01)

    asking = threading.Thread(target=ask)
    asking.start()
    ended = []
    for path in paths:
        begun, asked = time.monotonic(), len(answers)
        result = load_file(store, path, refresh=False)
        seconds = time.monotonic() - begun
        ended.append((path.name, result.status, result.as_json("zh")["error"], seconds, len(answers) - asked))
    over.set()
    asking.join()
    said.send((ended, max(answers), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024))
    store.close()
