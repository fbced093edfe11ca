"""The products of a company as its back office keeps them (001-admin.md:241, decisions S25).

A rep with role 1 keeps all products of its company. Any other rep keeps those of all reps, and
never sees the company's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from services import companies, products
from services.errors import BadSignature
from services.media.files import Files
from services.principals import AdminRep, Rep
from services.products import Draft, Keeper, Listed, Owners, ProductKind, ProductStatus, Shown


@dataclass(frozen=True, slots=True)
class ProductPage:
    """A page of a company's products, and how many there are in all."""

    company_name: str
    products: Sequence[Listed]
    total: int


def keeper(rep: Rep) -> Keeper:
    """The rep as a keeper of its company's products."""
    return Keeper(rep.id, _owners(rep, rep.company_id))


def _owners(rep: Rep, company_id: int) -> Owners:
    return Owners(company_id, of_company=isinstance(rep, AdminRep), of_all_reps=True)


async def page(
    rep: Rep,
    company_id: int | None,
    kind: ProductKind,
    statuses: Sequence[ProductStatus],
    name: str,
    limit: int,
    offset: int,
) -> ProductPage:
    """List a company's own products or those of its reps, the newest first.

    Args:
        company_id: the rep's own unless the platform's role 1 names another.
        name: contained in the products' own.

    Raises:
        NotFound: there is no such company, or it is not the rep's to see.
    """
    company = await companies.find_visible(rep, company_id)
    if kind is ProductKind.PERSONAL:
        owners = Owners(company.id, of_all_reps=True)
    elif isinstance(rep, AdminRep):
        owners = Owners(company.id, of_company=True)
    else:
        return ProductPage(company.name, [], 0)
    found, total = await products.page_of(owners, statuses, limit, offset, name)
    return ProductPage(company.name, found, total)


async def find(rep: Rep, company_id: int | None, product_id: int) -> Shown:
    """Show a product that the rep lists.

    Args:
        company_id: the rep's own unless the platform's role 1 names another.

    Raises:
        NotFound: there is no such product or company, or it is not the rep's to see.
    """
    company = await companies.find_visible(rep, company_id)
    return await products.find_of(_owners(rep, company.id), product_id)


async def add(rep: Rep, draft: Draft, kind: ProductKind) -> int:
    """Add a product of the company or of the rep's own, which is published at once.

    Returns:
        its id.

    Raises:
        BadSignature: it is to be the company's, and the rep does not have role 1.
        Invalid: as ``products.add``.
        NotFound: as ``products.add``.
    """
    _check_kind(rep, kind)
    return await products.add(keeper(rep), draft, kind)


async def update(rep: Rep, product_id: int, draft: Draft, kind: ProductKind) -> None:
    """Replace a product by a draft, and make it the company's or a rep's.

    A rep's product stays that rep's; the company's becomes the own of the rep that says so.

    Raises:
        BadSignature: it is to be the company's, and the rep does not have role 1.
        Invalid: as ``products.update``.
        NotFound: as ``products.update``.
    """
    _check_kind(rep, kind)
    await products.update(keeper(rep), product_id, draft, kind)


def _check_kind(rep: Rep, kind: ProductKind) -> None:
    if kind is ProductKind.COMPANY and not isinstance(rep, AdminRep):
        raise BadSignature


async def delete(rep: Rep, product_id: int, files: Files) -> None:
    """Delete a product, its texts, its pictures and their files (001-admin.md:538).

    Raises:
        NotFound: it is not one that the rep keeps.
    """
    await products.delete(keeper(rep), product_id, files)


async def set_status(rep: Rep, product_id: int, status: ProductStatus) -> None:
    """Set the status of a product; any may follow any other.

    Raises:
        NotFound: it is not one that the rep keeps.
    """
    await products.set_status_of(keeper(rep).owners, product_id, status)


async def set_status_on_radar(rep: Rep, product_id: int, status: ProductStatus) -> None:
    """Set the status of a product over the radar's URL that the back office prints (decisions D14).

    A rep with role 1 keeps there what it keeps in the back office; any other what its radar lets it
    (decisions T12).

    Raises:
        NotFound: the rep may not do that, or there is no such product.
    """
    if isinstance(rep, AdminRep):
        await set_status(rep, product_id, status)
    else:
        await products.set_status(rep, product_id, status)
