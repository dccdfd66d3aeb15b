"""A course of days with the band of what was expected, and every number in a strip below its day.

Grey, dashes and outlines only: it survives a copier. All places are worked out here, in points.
"""

from collections.abc import Sequence

from xiaobao.outputs.brief.printed import PrintedChart

_BLACK, _GREY, _PALE = "#1a1a1a", "#8c8c8c", "#dddddd"
_PLOT_HEIGHT, _ROW_HEIGHT, _NAMES_WIDTH, _DAYS_HEIGHT = 95, 11, 44, 36

Spec = dict[str, object]


def band(chart: PrintedChart, width: int) -> Spec:
    """Series are observed, expected, low and high, in this order; days on which nobody works are hollow."""
    step = (width - _NAMES_WIDTH) / max(1, len(chart.categories))
    across = [_NAMES_WIDTH + step * (place + 0.5) for place, _ in enumerate(chart.categories)]
    room = max((size for one in chart.series for size in one.sizes if size is not None), default=0) or 1
    heights = [[_up(size, room) for size in one.sizes] for one in chart.series]
    observed, expected, low, high = heights
    height = _PLOT_HEIGHT + _ROW_HEIGHT * len(chart.series) + _DAYS_HEIGHT
    rows = [
        {
            "x": x,
            "observed": observed[place],
            "expected": expected[place],
            "low": low[place],
            "high": high[place],
            "fill": "white" if place in chart.hollow else _BLACK,
        }
        for place, x in enumerate(across)
    ]
    layers = [
        _mark({"type": "area", "color": _PALE, "line": False}, _y("low"), y2={"field": "high"}),
        _mark({"type": "line", "color": _GREY, "strokeWidth": 0.6}, _y("low")),
        _mark({"type": "line", "color": _GREY, "strokeWidth": 0.6}, _y("high")),
        _mark({"type": "line", "color": _BLACK, "strokeWidth": 1.1, "strokeDash": [4, 3]}, _y("expected")),
        _mark({"type": "line", "color": _BLACK, "strokeWidth": 1.4}, _y("observed")),
        _points(),
        _texts(_strip(chart, across), align="center"),
        _texts(_names(chart), align="left"),
        _days(chart, across),
        _rule(_PLOT_HEIGHT, width),
    ]
    for layer in layers:
        _place(layer, width, height)
    return {
        "autosize": {"type": "none"},
        "padding": 0,
        "height": height,
        "data": {"values": rows},
        "layer": layers,
    }


def _up(size: float | None, room: float) -> float | None:
    return None if size is None else round(_PLOT_HEIGHT - 4 - size / (room * 1.1) * (_PLOT_HEIGHT - 8), 3)


def _place(layer: Spec, width: int, height: int) -> None:
    """Points as they are, without axes."""
    encoding = layer["encoding"]
    assert isinstance(encoding, dict)
    for name, most in (("x", width), ("y", height)):
        domain = [0, most] if name == "x" else [most, 0]
        encoding[name] |= {"type": "quantitative", "axis": None, "scale": {"domain": domain, "nice": False}}


def _y(field: str) -> Spec:
    return {"field": field}


def _mark(mark: Spec, y: Spec, *, y2: Spec | None = None) -> Spec:
    encoding: Spec = {"x": {"field": "x"}, "y": y}
    return {"mark": mark, "encoding": encoding | ({"y2": y2} if y2 else {})}


def _points() -> Spec:
    mark = {"type": "point", "filled": True, "stroke": _BLACK, "strokeWidth": 1, "size": 22, "opacity": 1}
    fill = {"field": "fill", "type": "nominal", "scale": None, "legend": None}
    return {"mark": mark, "encoding": {"x": {"field": "x"}, "y": _y("observed"), "fill": fill}}


def _strip(chart: PrintedChart, across: Sequence[float]) -> list[Spec]:
    return [
        {"x": x, "y": _row(place), "printed": printed}
        for place, one in enumerate(chart.series)
        for x, printed in zip(across, one.values, strict=True)
    ]


def _names(chart: PrintedChart) -> list[Spec]:
    return [{"x": 0, "y": _row(place), "printed": one.name} for place, one in enumerate(chart.series)]


def _row(place: int) -> float:
    return _PLOT_HEIGHT + _ROW_HEIGHT * (place + 0.6)


def _texts(rows: Sequence[Spec], *, align: str) -> Spec:
    mark = {"type": "text", "align": align, "baseline": "middle", "fontSize": 7}
    return {"data": {"values": list(rows)}, "mark": mark, "encoding": _text_places()}


def _text_places() -> Spec:
    return {"x": {"field": "x"}, "y": {"field": "y"}, "text": {"field": "printed", "type": "nominal"}}


def _days(chart: PrintedChart, across: Sequence[float]) -> Spec:
    top = _PLOT_HEIGHT + _ROW_HEIGHT * (len(chart.series) + 0.4)
    rows = [{"x": x, "y": top, "printed": day} for x, day in zip(across, chart.categories, strict=True)]
    mark = {"type": "text", "angle": 270, "align": "right", "baseline": "middle", "fontSize": 7}
    return {"data": {"values": rows}, "mark": mark, "encoding": _text_places()}


def _rule(y: float, width: int) -> Spec:
    mark = {"type": "line", "color": _BLACK, "strokeWidth": 0.6}
    rows = [{"x": 0, "y": y}, {"x": width, "y": y}]
    return {"data": {"values": rows}, "mark": mark, "encoding": {"x": {"field": "x"}, "y": {"field": "y"}}}
