// The career pages in memory, judged a little as the server judges them.

import type { Logo } from "../online";
import type { Site, SiteContent, SiteSection, SiteText } from "../site";
import { refusal } from "./store";

const said = (en: string, fr = ""): SiteText => ({ en, fr });
const NOTHING: SiteText = { en: "", fr: "" };

function section(part: Partial<SiteSection>): SiteSection {
  return { kind: "text", is_hidden: false, title: NOTHING, text: NOTHING, items: [], picture: null, link: "", link_label: NOTHING, ...part };
}

const SAID: SiteContent = {
  hero_title: said("People who find people", "Des gens qui trouvent des gens"), hero_subtitle: NOTHING,
  meta_title: NOTHING, meta_description: NOTHING, secondary_color: "#1e6f5c", accent_color: "",
  cover: null, favicon: null, share: null,
  social: { linkedin: "https://www.linkedin.com/company/north", x: "", facebook: "", instagram: "", glassdoor: "", youtube: "" },
  consent: NOTHING,
  sections: [
    section({ kind: "stats", title: said("In numbers", "En chiffres"), items: [
      { title: said("60", "60"), text: said("people in three cities", "personnes dans trois villes"), picture: null },
      { title: said("1998", "1998"), text: said("is when we began", "l’année de nos débuts"), picture: null },
    ] }),
    section({ kind: "faq", title: said("What people ask"), is_hidden: true, items: [{ title: said("Do you work from home?"), text: said("Three days a week, if you like."), picture: null }] }),
  ],
  pages: [
    { slug: "life-here", title: said("Life here", "La vie ici"), meta_title: NOTHING, meta_description: NOTHING, in_navigation: true, is_published: false, sections: [section({ text: said("We have lunch together on Thursdays.") })] },
  ],
};

/** The career pages at their server, which cannot be reached without a network. */
export class CareerSite {
  #version = 1;
  #content = SAID;
  readonly #pictures = new Map<string, { picture: Logo; bytes: Uint8Array }>();
  readonly #isOffline: () => boolean;

  constructor(isOffline: () => boolean) {
    this.#isOffline = isOffline;
  }

  #reach(): void {
    if (this.#isOffline()) {
      throw refusal("offline", "The server cannot be reached. Check the address and the network.");
    }
  }

  read(): Site {
    this.#reach();
    return { version: this.#version, content: structuredClone(this.#content), pictures: [...this.#pictures.values()].map(({ picture }) => picture), url: "https://north.example/careers/north/", preview: "1.secret" };
  }

  save(version: number, content: SiteContent): Site {
    this.#reach();
    const wrong: { [field: string]: string } = {};
    content.pages.forEach((page, at) => {
      if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(page.slug)) {
        wrong[`pages.${String(at)}.slug`] = "Write letters and digits, joined by single hyphens.";
      }
      if (page.title.en === "" && page.title.fr === "") {
        wrong[`pages.${String(at)}.title.en`] = "This is needed.";
      }
    });
    for (const color of ["secondary_color", "accent_color"] as const) {
      if (!/^$|^#[0-9a-f]{6}$/i.test(content[color])) {
        wrong[color] = "Write a colour, as in #1f5f8b.";
      }
    }
    if (Object.keys(wrong).length > 0) {
      throw refusal("invalid-fields", "Some fields need another value.", wrong);
    }
    if (version !== this.#version) {
      throw refusal("conflict", "Somebody else changed this in the meantime.");
    }
    this.#version += 1;
    this.#content = structuredClone(content);
    return this.read();
  }

  /** Somebody else saves meanwhile. */
  elsewhere(change: Partial<SiteContent>): void {
    this.#version += 1;
    this.#content = { ...this.#content, ...change };
  }

  picture(hash: string): Uint8Array {
    this.#reach();
    const kept = this.#pictures.get(hash);
    if (!kept) {
      throw refusal("not-found", "There is nothing here.");
    }
    return kept.bytes;
  }

  keep(bytes: Uint8Array): Logo {
    this.#reach();
    const picture = { hash: String(bytes.length).padStart(64, "0"), media_type: "image/png", width: 800, height: 400 };
    this.#pictures.set(picture.hash, { picture, bytes });
    return picture;
  }
}
