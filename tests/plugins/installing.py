"""Writes distributions as installers do, for tests."""

from pathlib import Path

ENTRY_POINTS = "[console_scripts]\nrun = x:main\n\n[aetherflow.plugins]\norders = {module}\n"


def install(
    site: Path,
    name: str = "orders-plugin",
    *,
    version: str = "1.2",
    module: str = "orders_plugin",
    files: dict[str, str] | None = None,
    named: str | None = None,
    record: tuple[str, ...] | None = None,
) -> Path:
    """Write a distribution with its modules and RECORD; gives its dist-info folder."""
    info = site / f"{name.replace('-', '_')}-{version}.dist-info"
    info.mkdir(parents=True)
    files = {"orders_plugin/__init__.py": ""} if files is None else files
    for path, text in files.items():
        (site / path).parent.mkdir(parents=True, exist_ok=True)
        (site / path).write_text(text)
    (info / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {named or name}\nVersion: {version}\n"
        "Summary: Orders.\nAuthor: Ann\n\nName: body\n"
    )
    (info / "entry_points.txt").write_text(ENTRY_POINTS.format(module=module))
    (info / "RECORD").write_text("".join(f"{path},sha256=x,1\n" for path in record or tuple(files)))
    return info


def install_editable(site: Path, link: str, *, extra: dict[str, str] | None = None, url: str = "", **said: str) -> Path:
    """Write an editable install whose .pth file has the given text; ``extra`` are further files in the site folder."""
    files = {"__editable__.orders.pth": link, **(extra or {})}
    info = install(site, files=files, **said)  # type: ignore[arg-type]  # texts only
    if url:
        (info / "direct_url.json").write_text(f'{{"url": "{url}", "dir_info": {{"editable": true}}}}')
    return info
